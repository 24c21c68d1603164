"""Labels in ZPL as a printer puts them on paper, by an interpreter that runs in Node."""

import base64
import io
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.needs import need

FOLDER = Path(__file__).parent / "zpl"
INTERPRETER = FOLDER / "node_modules" / "zpl-renderer-js"


@dataclass(frozen=True)
class Job:
    """A label in ZPL, and its size in dots."""

    zpl: str
    width: int
    height: int


def interpreted(jobs: Sequence[Job]) -> list[Image.Image]:
    """Each label as it comes out of the printer."""
    node = need(shutil.which("node"), "node (Debian: nodejs)")
    need(INTERPRETER if INTERPRETER.is_dir() else None, "npm ci --prefix tests/labels/zpl")
    drawing = subprocess.run(
        [node, "render.cjs"],
        cwd=FOLDER,
        input=json.dumps([vars(job) for job in jobs]),
        capture_output=True,
        text=True,
        check=True,
    )
    return [Image.open(io.BytesIO(base64.b64decode(png))) for png in json.loads(drawing.stdout)]
