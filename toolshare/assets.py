"""Static files under names that change with their content, so that they are kept for ever."""

import gzip
import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
import flask
from werkzeug import Request, Response

PREFIX = "/static/"
STYLESHEET = "css/toolshare.css"
PICO = "vendor/pico.fluid.classless.min.css"
FOR_US = re.compile(r"/\*(?!!).*?\*/|(?<=\n)\s+", re.DOTALL)  # comments and indentation
LARGE = 200_000  # bytes; to pack more as well as can be takes seconds, and saves a tenth
PACKED = {".css", ".js", ".svg", ".json", ".webmanifest", ".wasm"}
IMPORTED = re.compile(r'(?<=from ")\.{1,2}/[^"]+(?=")')


@dataclass(frozen=True)
class Asset:
    """A file as it is served; it is packed once, when it is first asked for."""

    name: str
    content: bytes

    @cached_property
    def served_as(self) -> str:
        """`css/toolshare.css` as `css/toolshare.1f0a2b3c4d.css`."""
        path = Path(self.name)
        digest = hashlib.sha256(self.content).hexdigest()[:10]
        return path.with_name(f"{path.stem}.{digest}{path.suffix}").as_posix()

    @cached_property
    def bodies(self) -> dict[str, bytes]:
        """The content for each content coding that we serve, best first."""
        if Path(self.name).suffix not in PACKED:
            return {"identity": self.content}
        quality = 11 if len(self.content) < LARGE else 9
        return {
            "br": brotli.compress(self.content, quality=quality),
            "gzip": gzip.compress(self.content, mtime=0),
            "identity": self.content,
        }

    @property
    def imports(self) -> list[str]:
        """The paths of the modules that this module of ours imports."""
        is_ours = self.name.endswith(".js") and not self.name.startswith("vendor/")
        return IMPORTED.findall(self.content.decode()) if is_ours else []

    @property
    def media_type(self) -> str:
        """What a browser should take it for."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class Shelf:
    """Every file of the static folder, read once."""

    def __init__(self, folder: Path) -> None:
        lying = {asset.name: asset for asset in [stylesheet(folder), *files_in(folder)]}
        self.by_name = {name: linked(asset, lying) for name, asset in lying.items()}
        self.by_served_name = {asset.served_as: asset for asset in self.by_name.values()}

    def with_imports(self, served: Iterable[str]) -> set[str]:
        """These files and all that they import, by the names under which they are served."""
        found: set[str] = set()
        ahead = list(served)
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                ahead += [beside(name, path) for path in self.by_served_name[name].imports]
        return found


shelf_of = cache(Shelf)


def shelf() -> Shelf:
    """The shelf of the app that answers."""
    known: Shelf = flask.current_app.extensions["shelf"]
    return known


def set_up(app: flask.Flask, folder: Path) -> None:
    """Serves the static folder and gives templates `asset(name)`."""
    shelf = app.extensions["shelf"] = shelf_of(folder)
    app.wsgi_app = serving(shelf, app.wsgi_app)  # type: ignore[assignment, method-assign]

    def asset(name: str) -> str:
        return f"{flask.request.script_root}{PREFIX}{shelf.by_name[name].served_as}"

    app.jinja_env.globals["asset"] = asset


def serving(shelf: Shelf, application: WSGIApplication) -> WSGIApplication:
    """Answers for static files in front of the application.

    No session is opened for them: an answer that varied by cookie would be fetched anew after
    every sign-in.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return application(environ, start_response)
        asset = shelf.by_served_name.get(path.removeprefix(PREFIX))
        response = serve(asset, Request(environ)) if asset else Response(status=404)
        return response(environ, start_response)

    return answer


def serve(asset: Asset, request: Request) -> Response:
    """The file, packed the best way that the browser takes."""
    coding = request.accept_encodings.best_match(list(asset.bodies), "identity")
    response = Response(asset.bodies[coding], mimetype=asset.media_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if coding != "identity":
        response.headers["Content-Encoding"] = coding
    return response


def stylesheet(folder: Path) -> Asset:
    """Pico in the lowest layer, and our own sheets, each of which names its layer.

    What only we read in them weighs a kilobyte on the wire, so it stays here.
    """
    sheets = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("css/*.css"))]
    pico = (folder / PICO).read_text(encoding="utf-8").removeprefix('@charset "UTF-8";')
    layers = "@layer pico, reset, base, components, utilities;"
    joined = "\n".join([layers, f"@layer pico {{{pico}}}", *sheets])
    return Asset(STYLESHEET, FOR_US.sub("", joined).encode())


def files_in(folder: Path) -> list[Asset]:
    """All that is served as it lies there."""
    return [
        Asset(path.relative_to(folder).as_posix(), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".py"
    ]


def linked(asset: Asset, lying: Mapping[str, Asset]) -> Asset:
    """A module that imports others by the names under which those are served.

    So its own name changes with whatever it imports; no module may import itself on the way.
    """
    text = asset.content
    for path in asset.imports:
        served = linked(lying[beside(asset.name, path)], lying).served_as
        there = f"{posixpath.dirname(path)}/{posixpath.basename(served)}"
        text = text.replace(f'from "{path}"'.encode(), f'from "{there}"'.encode())
    return Asset(asset.name, text)


def beside(name: str, path: str) -> str:
    """The name of what lies at a path that the file of this name speaks of."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
