"""The command about labels: `toolshare labels`."""

from dataclasses import replace
from pathlib import Path

import click

from toolshare import clock, installation, settings
from toolshare.labels import dots, printing, queries
from toolshare.labels.composing import lacking
from toolshare.labels.designing import design_of
from toolshare.labels.designs import LEVELS
from toolshare.labels.documents import document
from toolshare.labels.facing import faces_of
from toolshare.labels.printing import Wishes
from toolshare.labels.scanning import item_behind, read_scan
from toolshare.people import joining
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.refusals import Refusal


@click.command()
@click.option("--stock", required=True, help="Short name of the stock, like avery-l7160.")
@click.option("--start", default=1, show_default=True, help="First label on a partly used sheet.")
@click.option("--copies", default=1, show_default=True, help="Copies of each label.")
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    help="Error correction of the QR code; as the stock's labels are designed without it.",
)
@click.option("--code", "codes", multiple=True, help="A thing's code; may be given many times.")
@click.option("--unprinted", "which", flag_value=queries.UNPRINTED, help="What has no label yet.")
@click.option("--all", "which", flag_value=queries.ALL, help="Every thing in stock.")
@click.option("--group", "slug", help="Short name of a group; all groups without it.")
@click.option("--printer", default="", help="The printer whose nudge is to be used.")
@click.option(
    "--format",
    "wished",
    type=click.Choice(printing.FORMATS),
    default=printing.PDF,
    show_default=True,
    help="PNG (many: a ZIP file of them) and ZPL are for printers with a roll.",
)
@click.option(
    "--dpi",
    type=click.Choice(dots.RESOLUTIONS),
    default=300,
    show_default=True,
    help="The printer's resolution, for PNG and ZPL.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
def labels(  # noqa: PLR0917 - one for each option
    stock: str,
    start: int,
    copies: int,
    level: str | None,
    codes: tuple[str, ...],
    which: str | None,
    slug: str | None,
    printer: str,
    wished: str,
    dpi: int,
    out: Path,
) -> None:
    """Prints labels into a file, and remembers the batch.

    Choose with --code, --unprinted or --all.
    """
    if not codes and which is None:
        raise click.UsageError("Choose what to print: --code CODE, --unprinted or --all.")
    wishes = Wishes(stock, start=start, copies=copies, printer=printer, format=wished, dpi=dpi)
    prefix = printing.prefix_of(settings.read().public_url)
    with installation.records(writing=True) as session:
        group = joining.group_named(session, slug) if slug else None
        if level:
            design = design_of(session, group, stock)
            wishes = replace(wishes, design=replace(design, level=level))
        wanted = (
            _codes(session, codes) if codes else queries.codes_to_print(session, group, which or "")
        )
        batch = printing.print_labels(
            session, group, wanted, wishes, by=None, now=clock.now(), prefix=prefix
        )
        _warn(session, wanted, wishes, prefix, group)
        out.write_bytes(document(session, batch, group, prefix=prefix).content)
    click.echo(f"{len(wanted) * copies} labels in {out}")


def _codes(session: AnySession, typed: tuple[str, ...]) -> list[str]:
    """The codes as they were meant; each must be on a thing."""
    codes = [read_scan(code, hosts=()) for code in typed]
    for code in codes:
        item_behind(session, code)
    return codes


def _warn(
    session: AnySession, codes: list[str], wishes: Wishes, prefix: str, group: Group | None
) -> None:
    job = printing.printing(session, group, wishes, prefix=prefix)
    for reason in printing.too_small(job, wishes.format):
        click.echo(f"warning: {Refusal(reason)}", err=True)
    if missing := lacking(faces_of(session, codes, job.design)):
        click.echo(f"warning: the font lacks {' '.join(missing)}; they are left out", err=True)


COMMANDS = (labels,)
