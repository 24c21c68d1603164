"""`toolshare serve`: the server for real use, and what it prints for whoever starts it."""

import multiprocessing
import os
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import qrcode
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from toolshare import clock, logs, settings
from toolshare.assets import PREFIX
from toolshare.backups.restoring import UNFINISHED
from toolshare.certificates import Certificates, NotOfThisNetwork, certificates_for
from toolshare.keeper import keep_beside
from toolshare.migrating import has_moved, is_up_to_date, migrate
from toolshare.sweeper import sweep_beside
from toolshare.vitals.meter import count_together
from toolshare.worker import work_beside

THREADS = 2  # in each worker: more of them only wait for each other, as benchmarks/ says
PATIENCE_SECONDS = 30
AUTHORITY_PATH = "/authority.crt"
IN_MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own is made in it


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets phones in.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--https", is_flag=True, help="With a certificate for the local network.")
def serve(host: str, port: int, workers: int, https: bool) -> None:
    """Serves the pages until it is told to stop.

    A SQLite database is migrated first; any other has to be, by `toolshare migrate`.
    """
    chosen = settings.read()
    as_json = chosen.logs == "json"
    logs.begin(as_json=as_json)
    refuse_half_a_backup(chosen.instance)
    make_ready(chosen.database_url)
    claim(host, port)
    shown = shown_host(host)
    certificates = certificates_of(chosen.instance, shown) if https else None
    address = address_for_people(shown, port, is_https=https)
    if chosen.public_url == settings.DEFAULT_PUBLIC_URL:
        os.environ["TOOLSHARE_PUBLIC_URL"] = address
    server = Server(
        "toolshare:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs.of_granian(as_json=as_json),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        ssl_cert=certificates.server if certificates else None,
        ssl_key=certificates.key if certificates else None,
    )
    server.on_startup(lambda: announce_when_up(host, port, address, certificates))
    server.on_startup(sweep_beside)
    if chosen.backup_folder:
        server.on_startup(keep_beside)
    server.on_startup(work_beside)
    with counting(chosen):
        server.serve()


@contextmanager
def counting(chosen: settings.Settings) -> Iterator[None]:
    """Lets all our processes count together where metrics are asked for: in memory, if there is a place."""
    if chosen.metrics_token is None:
        yield
        return
    place = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
    with TemporaryDirectory(prefix="toolshare-counts-", dir=place) as folder:
        count_together(Path(folder))
        yield


@click.command(name="migrate")
def migrate_command() -> None:
    """Brings the database to the shape that this version needs."""
    chosen = settings.read()
    migrate(chosen.database_url)
    click.echo("The database is up to date.")


def make_ready(database_url: str) -> None:
    """Migrates SQLite, which only we use; refuses any other database that isn't migrated."""
    if has_moved(database_url):
        raise settings.WrongSetting(
            "the database has moved: let TOOLSHARE_DATABASE_URL name the one that it moved to"
        )
    if is_up_to_date(database_url):
        return
    if not database_url.startswith("sqlite"):
        raise settings.WrongSetting("the database isn't migrated: run `toolshare migrate` first")
    migrate(database_url)


def refuse_half_a_backup(instance: Path) -> None:
    """Refuses an installation into which a backup was being brought back when the power went."""
    if (instance / UNFINISHED).exists():
        raise settings.WrongSetting(
            f"bringing back a backup was interrupted: empty {instance}, and do it again"
        )


def claim(host: str, port: int) -> None:
    """Refuses a port that is taken: the server itself would share it without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise settings.WrongSetting(
                f"can't serve on {host} port {port}: {error.strerror}; choose another --port"
            ) from None


def certificates_of(instance: Path, shown: str) -> Certificates:
    """The files for https at an address of the local network, and on this machine itself."""
    here = socket.gethostname().partition(".")[0].lower()
    addresses = [shown, "127.0.0.1", "localhost", f"{here}.local"]
    try:
        return certificates_for(instance, list(dict.fromkeys(addresses)), now=clock.now())
    except NotOfThisNetwork as error:
        raise settings.WrongSetting(
            f"--https is for the local network, and {error} is not: let a web server in front get a"
            " certificate for it, as docs/hosts/installing.md shows"
        ) from None


def shown_host(host: str) -> str:
    """Where a browser finds us: on every interface, that is the one the network sees."""
    return lan_address() if is_everywhere(host) else host


def address_for_people(shown: str, port: int, *, is_https: bool = False) -> str:
    """What a browser opens."""
    scheme = "https" if is_https else "http"
    return f"{scheme}://[{shown}]:{port}" if ":" in shown else f"{scheme}://{shown}:{port}"


def is_everywhere(host: str) -> bool:
    """Whether this is 0.0.0.0 or ::, the address of every interface."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def lan_address() -> str:
    """This machine's own address on its network; connecting UDP sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation, RFC 5737
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def announce_when_up(host: str, port: int, address: str, certificates: Certificates | None) -> None:
    """Prints the address as soon as it answers, from a process of its own.

    A thread would do harm: the workers are forked from this process, and a lock that a thread
    holds at that moment (to import a codec, say) stays held in them for ever.
    """
    told = (host, port, address, certificates)
    multiprocessing.Process(target=_announce, args=told, daemon=True).start()


def _announce(host: str, port: int, address: str, certificates: Certificates | None) -> None:
    authority = certificates.authority if certificates else None
    if not _answers("127.0.0.1" if is_everywhere(host) else host, port, authority):
        return
    if is_everywhere(host):
        code = qrcode.QRCode(border=2)
        code.add_data(address)
        code.print_ascii(out=sys.stdout, invert=True)
    if authority:
        click.echo(f"Phones warn until they trust {address}{AUTHORITY_PATH}, or {authority}")
    click.echo(f"Toolshare is at {address}  (Ctrl+C stops it)")


def _answers(host: str, port: int, authority: Path | None) -> bool:
    """Waits for an answer: that a connection is taken says only that somebody listens."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        connection = _connection(host, port, authority)
        try:
            connection.request("HEAD", PREFIX)
            connection.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return True
        finally:
            connection.close()
    return False


def _connection(host: str, port: int, authority: Path | None) -> HTTPConnection:
    if authority is None:
        return HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    trusting = ssl.create_default_context(cafile=authority)
    return HTTPSConnection(host, port, timeout=PATIENCE_SECONDS, context=trusting)
