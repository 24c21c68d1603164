"""The application object for a WSGI server."""

from toolshare import create_app

app = create_app()
