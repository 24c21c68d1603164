"""1,000 labels to a finished PDF, against the plain way: `qrcode` with its defaults and reportlab.

Run `make bench`, or this alone: `python -m benchmarks.labels`. Both ways put the same names and
codes on the same sheets, by turns in one process; the ratio is that of the medians. The first turn
of ours, which makes the tables of its symbols and reads its fonts, is told apart.
"""

import io
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice

from qrcode.main import QRCode
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from benchmarks.filling import codes_of_items, names_of_a_tool_library
from toolshare.codes.alphabet import in_groups
from toolshare.labels import sheets, stocks
from toolshare.labels.composing import Face
from toolshare.labels.drawing import Printing, pdf
from toolshare.labels.sheets import Box

LABELS = 1_000
ROUNDS = 3
PRINTING = Printing(stocks.catalogue()["avery-l7160"], "HTTPS://TOOLS.EXAMPLE.ORG/I/")


def main() -> None:
    """Prints a table of ms for each label and the ratio."""
    faces = faces_of_a_tool_library(LABELS)
    first = milliseconds(pdf, faces)
    plain, ours = measure(faces)
    print("| labels | plain way, a label | Toolshare, a label | times as fast | first time |")
    print("|--:|--:|--:|--:|--:|")
    print(
        f"| {LABELS:,} | {plain:.2f} ms | {ours:.2f} ms | {plain / ours:.0f} × | {first:.2f} ms |"
    )


def measure(faces: Sequence[Face]) -> tuple[float, float]:
    """Median milliseconds for each label the plain way and ours, taken by turns."""
    plain, ours = [], []
    for _ in range(ROUNDS):
        plain.append(milliseconds(plain_pdf, faces))
        ours.append(milliseconds(pdf, faces))
    return statistics.median(plain), statistics.median(ours)


def milliseconds(way: Callable[[Sequence[Face], Printing], bytes], faces: Sequence[Face]) -> float:
    """How long each label takes until the PDF is finished."""
    begun = time.process_time()
    document = way(faces, PRINTING)
    taken = time.process_time() - begun
    assert document.startswith(b"%PDF")
    return taken * 1000 / len(faces)


def faces_of_a_tool_library(count: int) -> list[Face]:
    """Labels with the names of a real tool library, again and again, each with its own code."""
    names = islice(cycle(names_of_a_tool_library()), count)
    return [Face(code, name) for code, name in zip(codes_of_items(count), names, strict=True)]


def plain_pdf(faces: Sequence[Face], printing: Printing) -> bytes:
    """The labels as one would write them with both libraries' manuals at hand."""
    stream = io.BytesIO()
    width, height = printing.stock.page_size_mm
    canvas = Canvas(stream, pagesize=(width * mm, height * mm), bottomup=0)
    for number, slot in enumerate(sheets.slots(printing.stock, len(faces))):
        if number and number % printing.stock.per_page == 0:
            canvas.showPage()
        draw_plainly(canvas, faces[number], slot.box, printing.prefix)
    canvas.save()
    return stream.getvalue()


def draw_plainly(canvas: Canvas, face: Face, box: Box, prefix: str) -> None:
    """A symbol of `qrcode` as one path of a square for each dark module, and two lines of text."""
    symbol = QRCode()
    symbol.add_data(prefix + face.code)
    rows = symbol.get_matrix()
    module = box.height / len(rows)
    path = canvas.beginPath()
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                left, top = box.x + x * module, box.y + y * module
                path.rect(left * mm, top * mm, module * mm, module * mm)
    canvas.drawPath(path, stroke=0, fill=1)
    left, middle = (box.x + box.height) * mm, (box.y + box.height / 2) * mm
    canvas.setFont("Helvetica", 8)
    canvas.drawString(left, middle, face.name)
    canvas.drawString(left, middle + 12, in_groups(face.code))


if __name__ == "__main__":
    main()
