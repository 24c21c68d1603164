"""Static files under names that change with their content, so that they are kept for ever."""

from pathlib import Path

from flask import Flask, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from toolshare.gate import open_to_all


def set_up(app: Flask, folder: Path) -> None:
    """Serves the static folder and gives templates `asset(name)`."""

    @open_to_all
    def static(filename: str) -> ResponseReturnValue:
        return send_from_directory(folder, filename)

    app.add_url_rule("/static/<path:filename>", "static", static)
    app.jinja_env.globals["asset"] = lambda name: url_for("static", filename=name)
