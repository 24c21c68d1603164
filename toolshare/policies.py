"""What browsers are told with every answer: to load nothing from elsewhere, and to lend us to nobody."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from toolshare.settings import Settings

# No script, style or picture but our own files: nothing that is written into a page is run.
CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
NEVER_ASKED_FOR = (
    *("accelerometer", "autoplay", "display-capture", "encrypted-media", "geolocation"),
    *("gyroscope", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock"),
    *("serial", "usb", "xr-spatial-tracking"),
)
PERMISSIONS = ("camera=(self)", *(f"{name}=()" for name in NEVER_ASKED_FOR))
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CONTENT.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(PERMISSIONS),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Pages say what a person has: no cache between us may keep one, and a browser asks us again.
    "Cache-Control": "private, no-cache",
}
NEVER_KEPT = "private, no-store"
A_YEAR = 365 * 24 * 60 * 60  # in seconds


def headers(chosen: Settings) -> dict[str, str]:
    """The headers of an installation's answers."""
    if not stays_with_https(chosen.public_url):
        return HEADERS
    return {**HEADERS, "Strict-Transport-Security": f"max-age={A_YEAR}"}


def decoding(policy: str) -> str:
    """The policy of a page that reads labels where the browser can't: our decoder is WebAssembly."""
    return policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


def stays_with_https(public_url: str) -> bool:
    """Whether browsers may be told to come by https alone for a year.

    Not to an address of a local network: who stops `toolshare serve --https` there would lock
    everybody out.
    """
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host and not _is_local(host)


def _is_local(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host.endswith((".local", ".localhost", ".internal", ".home.arpa", ".lan"))
    return True
