"""Commands about groups and people: `toolshare init`, `groups`, `import-people` and others."""

import json
from pathlib import Path
from typing import BinaryIO, TextIO
from zoneinfo import available_timezones

import click

from toolshare import clock, installation, settings
from toolshare.app import create_app
from toolshare.database import transaction
from toolshare.migrating import migrate
from toolshare.people import exporting, importing, joining, password_links, queries
from toolshare.people.group_settings import known_time_zone
from toolshare.people.models import Role
from toolshare.people.passwords import set_password

OUTCOMES = {
    importing.Outcome.JOINS: "joins as {role}",
    importing.Outcome.CHANGES: "becomes {role}",
    importing.Outcome.STAYS: "is there already",
}


@click.command()
@click.option("--group", "name", prompt="Name of the group", help="What the group is called.")
@click.option("--slug", prompt="Short name, for addresses", help="Like borgo-alto.")
@click.option("--coordinator", "email", prompt="E-mail of the coordinator", help="Who begins.")
@click.option("--name", "person_name", help="Name of the coordinator.  [default: from the e-mail]")
@click.option("--time-zone", help="Like Europe/Rome.  [default: this machine's]")
@click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help="File that holds the coordinator's password, - for standard input; asks without it.",
)
def init(
    *,
    name: str,
    slug: str,
    email: str,
    person_name: str | None,
    time_zone: str | None,
    password_file: TextIO | None,
) -> None:
    """Founds a group with its first coordinator.

    Migrates the database first. Asks for whatever isn't given. A coordinator who has an account
    already keeps it with its password.
    """
    chosen = settings.read()
    migrate(chosen.database_url)
    password = _read_password(password_file) if password_file else _asked_password()
    with create_app(chosen).app_context(), transaction() as session:
        now = clock.now()
        zone = known_time_zone(time_zone or _zone_of_this_machine())
        group = joining.found_group(session, name, slug, time_zone=zone, by=None, now=now)
        called = person_name or email.partition("@")[0].capitalize()
        first = joining.join(
            session, group, name=called, email=email, role=Role.COORDINATOR, by=None, now=now
        )
        if not first.person.password_hash:
            set_password(first.person, password)
    click.echo(f"{name} is founded, with {email} as its coordinator.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def groups(as_json: bool) -> None:
    """Lists the groups: short name, name, the group above, time zone, number of people."""
    with installation.records() as session:
        found = queries.every_group(session, now=clock.now())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for group in found:
        under = f", under {group['parent']}" if group["parent"] else ""
        people = "1 person" if group["people"] == 1 else f"{group['people']} people"
        click.echo(f"{group['slug']}: {group['name']}{under}, {people}")


@click.command("import-people")
@click.argument("file", type=click.File("rb"))
@click.option("--group", "slug", required=True, help="Short name of the group.")
@click.option("--dry-run", is_flag=True, help="Only says what would happen.")
def import_people(file: BinaryIO, slug: str, dry_run: bool) -> None:
    """Brings people from a CSV file into a group.

    FILE has the columns name, email and, if you like, role (member, steward or coordinator), in
    UTF-8 or Windows-1252, with commas, semicolons or tabs. When any line is wrong, nobody is
    imported and every such line is named. The same file a second time changes nothing.
    """
    content = file.read()
    now = clock.now()
    with installation.records(writing=not dry_run) as session:
        group = joining.group_named(session, slug)
        if dry_run:
            steps = importing.plan(session, group, content, now=now)
        else:
            steps = importing.import_people(session, group, content, by=None, now=now)
        for step in steps:
            role = step.newcomer.role or Role.MEMBER
            what = OUTCOMES[step.outcome].format(role=role)
            click.echo(f"line {step.newcomer.line}: {step.newcomer.email} {what}")
    new = sum(step.outcome is not importing.Outcome.STAYS for step in steps)
    click.echo(f"{len(steps)} people, {new} {'would change' if dry_run else 'changed'}.")


@click.command("export-people")
@click.option("--group", "slug", required=True, help="Short name of the group.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, allow_dash=True),
    required=True,
    help="CSV file to write, - for standard output.",
)
def export_people(slug: str, out: str) -> None:
    """Writes name, e-mail and role of everyone who is in a group now, as CSV.

    `toolshare import-people` reads the file again.
    """
    with installation.records() as session:
        group = joining.group_named(session, slug)
        content = exporting.export_people(session, group, now=clock.now())
    installation.hand_out(content, out)


@click.command("password-link")
@click.argument("email")
def password_link(email: str) -> None:
    """Makes a link with which the person who has this EMAIL sets a password.

    It works once, within a week; earlier links stop working.
    """
    with installation.records(writing=True) as session:
        person = joining.known_person(session, email)
        token = password_links.make_link(session, person, by=None, now=clock.now())
    click.echo(f"{settings.read().public_url}/password/{token}")


COMMANDS = (init, groups, import_people, export_people, password_link)


def _read_password(file: TextIO) -> str:
    try:
        return file.read().strip("\r\n")
    except UnicodeDecodeError:
        raise click.BadParameter("is not text in UTF-8", param_hint="--password-file") from None


def _asked_password() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _zone_of_this_machine() -> str:
    """What Linux and macOS point to as local time; UTC where there is no such pointer."""
    zone = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return zone if zone in available_timezones() else "UTC"
