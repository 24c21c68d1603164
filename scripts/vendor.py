"""Fetches the pinned third-party front-end files from their npm packages into static/vendor/.

Run it after changing a version below: python scripts/vendor.py
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "static" / "vendor"
PACKAGES = {
    "@picocss/pico@2.1.1": ["css/pico.fluid.classless.min.css"],
    # These two go together: with the reader of 3.1.4 the detector crashes.
    "barcode-detector@3.2.2": ["dist/iife/ponyfill.js"],
    "zxing-wasm@3.1.3": ["dist/reader/zxing_reader.wasm"],
}


def fetch(package: str, wanted: list[str]) -> list[dict[str, str]]:
    """Takes the wanted files out of a package; an entry of the manifest for each."""
    with tempfile.TemporaryDirectory() as folder:
        packing = ["npm", "pack", package, "--silent", "--pack-destination", folder]
        subprocess.run(packing, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            about = json.loads(read(archive, "package.json"))
            return [keep(read(archive, path), path, about) for path in wanted]


def read(archive: tarfile.TarFile, path: str) -> bytes:
    """A file of the package."""
    file = archive.extractfile(f"package/{path}")
    if file is None:
        raise FileNotFoundError(path)
    return file.read()


def keep(content: bytes, path: str, about: dict[str, str]) -> dict[str, str]:
    """Writes a file to static/vendor/."""
    name = Path(path).name
    (VENDOR / name).write_bytes(content)
    return {
        "file": name,
        "package": about["name"],
        "version": about["version"],
        "path": path,
        "licence": about["license"],
        "sha256": hashlib.sha256(content).hexdigest(),
    }


if __name__ == "__main__":
    VENDOR.mkdir(parents=True, exist_ok=True)
    entries = [entry for package, wanted in PACKAGES.items() for entry in fetch(package, wanted)]
    manifest = json.dumps(entries, indent=2) + "\n"
    (VENDOR / "manifest.json").write_text(manifest, encoding="utf-8")
