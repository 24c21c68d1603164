"""A batch as a file: PDF for any printer, PNG and ZPL for one with a roll."""

from collections.abc import Sequence
from dataclasses import dataclass

from toolshare.labels import drawing, printing, rasters
from toolshare.labels.composing import Face, without_lacking
from toolshare.labels.drawing import Printing
from toolshare.labels.facing import faces_of
from toolshare.labels.models import Batch
from toolshare.labels.printing import PNG, ZPL
from toolshare.labels.zpl import zpl
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.refusals import refuse_if


@dataclass(frozen=True)
class Document:
    """A file to print: what is in it, its type, and how its name ends."""

    content: bytes
    mimetype: str
    ending: str


def document(
    session: AnySession,
    batch: Batch,
    group: Group | None,
    *,
    prefix: str,
    wished: str | None = None,
) -> Document:
    """The batch as a file in the format that was wished for; `batch` has its labels loaded.

    `prefix` stands before each code. Refuses PNG and ZPL for a sheet.
    """
    wishes = printing.wishes_of(batch)
    wished = wished or wishes.format
    job = printing.printing(session, group, wishes, prefix=prefix)
    codes = printing.codes_of(batch)
    refuse_if(printing.reasons_against(job, wished, len(codes) * wishes.copies))
    faces = [without_lacking(face) for face in faces_of(session, codes, job.design)]
    if wished == ZPL:
        return Document(zpl(faces, job, wishes.copies), "application/octet-stream", "zpl")
    each = [face for face in faces for _copy in range(wishes.copies)]
    if wished == PNG:
        return _pictures(each, job)
    title = f"{group.name if group else 'Toolshare'}, {batch.printed_at:%Y-%m-%d}"
    return Document(drawing.pdf(each, job, title), "application/pdf", "pdf")


def _pictures(faces: Sequence[Face], job: Printing) -> Document:
    if len(faces) == 1:
        return Document(rasters.png(faces[0], job), "image/png", "png")
    return Document(rasters.archive(faces, job), "application/zip", "zip")
