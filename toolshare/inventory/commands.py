"""Commands about things: `toolshare import-items` and `toolshare export-items`."""

import sys
from collections.abc import Sequence
from typing import BinaryIO

import click

from toolshare import clock, installation
from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.circulation import availability
from toolshare.inventory import exporting, importing, queries
from toolshare.inventory.cells import State
from toolshare.inventory.columns import BY_NAME, KEPT_AS_NOTE, LEFT_OUT
from toolshare.inventory.importing import Outcome, Plan, Step
from toolshare.inventory.models import Item
from toolshare.people import joining
from toolshare.records import AnySession

SAID = {
    Outcome.NEW: "new: {name}",
    Outcome.CHANGES: "changes {changed} of {code}: {name}",
    Outcome.STAYS: "stays as it is: {name}",
}


@click.command("import-items")
@click.argument("file", type=click.File("rb"))
@click.option("--group", "slug", required=True, help="Short name of the group.")
@click.option("--dry-run", is_flag=True, help="Only says what would happen.")
@click.option("--skip-bad-rows", is_flag=True, help="Imports the good rows when some are bad.")
@click.option(
    "--column",
    "corrections",
    multiple=True,
    metavar="HEADING=COLUMN",
    help="Takes a column of the file for one of ours, for `note`, or for nothing when COLUMN is empty.",
)
def import_items(
    file: BinaryIO, slug: str, dry_run: bool, skip_bad_rows: bool, corrections: Sequence[str]
) -> None:
    """Brings things from a CSV file into a group's inventory.

    FILE names its columns in the first line: ours (see `toolshare export-items`), or those of
    exports of myTurn, Snipe-IT, Lend Engine or Circulate; in UTF-8 or Windows-1252, with commas,
    semicolons or tabs. A row is known by its code, else by its inventory number, else by all that
    it says. When any row is bad nothing is imported and each is named, unless they are to be
    skipped. The same file a second time changes nothing.
    """
    content = file.read()
    chosen = corrected(importing.read(content), corrections)
    with installation.records(writing=not dry_run) as session:
        group = joining.group_named(session, slug)
        if dry_run:
            done = importing.plan(session, group, content, chosen)
        else:
            done = importing.import_items(
                session,
                group,
                content,
                chosen,
                skip_bad_rows=skip_bad_rows,
                set_aside=lambda many: set_aside(session, many),
                by=None,
                now=clock.now(),
            )
        for step in done.steps:
            click.echo(f"line {step.line}: {said(step)}", err=step.outcome is Outcome.BAD)
    if done.left_out:
        click.echo(f"left out: {', '.join(done.left_out)}", err=True)
    counted = ", ".join(f"{done.count(outcome)} {outcome}" for outcome in Outcome)
    click.echo(f"{len(done.steps)} rows: {counted}.")
    if dry_run and done.count(Outcome.BAD) and not skip_bad_rows:
        sys.exit(1)


@click.command("export-items")
@click.option("--group", "slug", required=True, help="Short name of the group.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, allow_dash=True),
    required=True,
    help="CSV file to write, - for standard output.",
)
def export_items(slug: str, out: str) -> None:
    """Writes a group's whole inventory as CSV, one row for each thing, with its code and state.

    `toolshare import-items` reads the file again to the same inventory.
    """
    with installation.records() as session:
        group = joining.group_named(session, slug)
        items = queries.items_of(session, group)
        ids = [item.id for item in items]
        states = availability.states(session, ids, now=clock.now())
        content = exporting.export_items(items, states)
    installation.hand_out(content, out)


COMMANDS = (import_items, export_items)


def corrected(guessed: Plan, corrections: Sequence[str]) -> list[str]:
    """What each column is taken for, as guessed but for what was said otherwise."""
    chosen = list(guessed.chosen)
    for correction in corrections:
        heading, _, name = correction.rpartition("=")
        if heading not in guessed.headings:
            raise click.BadParameter(f"the file has no column “{heading}”", param_hint="--column")
        if name not in {LEFT_OUT, KEPT_AS_NOTE, *BY_NAME}:
            known = ", ".join([*BY_NAME, KEPT_AS_NOTE])
            raise click.BadParameter(f"“{name}” is none of {known}", param_hint="--column")
        both = zip(guessed.headings, chosen, strict=True)
        chosen = [name if one == heading else so_far for one, so_far in both]
    return chosen


def said(step: Step) -> str:
    """What a row does, in words."""
    if step.outcome is Outcome.BAD:
        return "; ".join(str(why) for why in step.wrong)
    changed = ", ".join(step.changed)
    code = step.item.code if step.item else ""
    return SAID[step.outcome].format(name=step.thing.name.strip(), changed=changed, code=code)


def set_aside(session: AnySession, many: Sequence[tuple[Item, State]]) -> None:
    """Takes things out of service that come in so."""
    out = [(item, OutageReason(state)) for item, state in many]
    outages.arrive(session, out, by=None, now=clock.now())
