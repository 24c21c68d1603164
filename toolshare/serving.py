"""`toolshare serve`: the server for real use, and what it prints for whoever starts it."""

import multiprocessing
import os
import socket
import sys
import time
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address

import click
import qrcode
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from toolshare import settings
from toolshare.assets import PREFIX
from toolshare.migrating import is_up_to_date, migrate
from toolshare.sweeper import sweep_beside

THREADS = 4  # in each worker; benchmarks/ says what they bring
PATIENCE_SECONDS = 30


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets phones in.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serves the pages until it is told to stop.

    A SQLite database is migrated first; any other has to be, by `toolshare migrate`.
    """
    chosen = settings.read()
    make_ready(chosen.database_url)
    claim(host, port)
    address = address_for_people(host, port)
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
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    server.on_startup(lambda: announce_when_up(host, port, address))
    server.on_startup(sweep_beside)
    server.serve()


@click.command(name="migrate")
def migrate_command() -> None:
    """Brings the database to the shape that this version needs."""
    chosen = settings.read()
    migrate(chosen.database_url)
    click.echo("The database is up to date.")


def make_ready(database_url: str) -> None:
    """Migrates SQLite, which only we use; refuses any other database that isn't migrated."""
    if is_up_to_date(database_url):
        return
    if not database_url.startswith("sqlite"):
        raise settings.WrongSetting("the database isn't migrated: run `toolshare migrate` first")
    migrate(database_url)


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


def address_for_people(host: str, port: int) -> str:
    """Where a browser finds us: on every interface, that is the one the network sees."""
    shown = lan_address() if is_everywhere(host) else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


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


def announce_when_up(host: str, port: int, address: str) -> None:
    """Prints the address as soon as it answers, from a process of its own.

    A thread would do harm: the workers are forked from this process, and a lock that a thread
    holds at that moment (to import a codec, say) stays held in them for ever.
    """
    multiprocessing.Process(target=_announce, args=(host, port, address), daemon=True).start()


def _announce(host: str, port: int, address: str) -> None:
    if not _answers("127.0.0.1" if is_everywhere(host) else host, port):
        return
    if is_everywhere(host):
        code = qrcode.QRCode(border=2)
        code.add_data(address)
        code.print_ascii(out=sys.stdout, invert=True)
    click.echo(f"Toolshare is at {address}  (Ctrl+C stops it)")


def _answers(host: str, port: int) -> bool:
    """Waits for an answer: that a connection is taken says only that somebody listens."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        connection = HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
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
