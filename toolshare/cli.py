"""The `toolshare` command: each room adds its own commands here."""

import sys

import click

from toolshare import settings

COMMANDS: tuple[click.Command, ...] = ()


@click.group()
@click.version_option(package_name="toolshare")
def toolshare() -> None:
    """Lends out what a group of people owns together."""


for command in COMMANDS:
    toolshare.add_command(command)


def main() -> None:
    """Runs the command; a wrong setting is one clear line, not a traceback."""
    try:
        toolshare()
    except settings.WrongSetting as wrong:
        click.echo(f"toolshare: {wrong}", err=True)
        sys.exit(2)
