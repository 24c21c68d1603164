"""The report of a stocktake: as rows of a spreadsheet, and on paper."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from toolshare import spreadsheets
from toolshare.codes.alphabet import in_groups
from toolshare.refusals import msgid
from toolshare.stocktake.findings import Found, Shown, Tally
from toolshare.stocktake.models import Finding, Stocktake
from toolshare.stocktake.paper import PaperReport

FINDINGS = {
    Finding.SEEN: msgid("Seen"),
    Finding.NOT_SEEN: msgid("Not seen"),
    Finding.FOUND: msgid("Was missing, and was seen"),
    Finding.LENT: msgid("Seen though lent"),
    Finding.RETIRED: msgid("Seen though retired"),
    Finding.OTHER: msgid("Not part of this stocktake"),
    Finding.UNKNOWN: msgid("Not one of ours"),
    Finding.AWAY: msgid("Lent, in repair, used up or in a kit"),
    Finding.MISSING: msgid("Known as missing"),
    Finding.HANDLED: msgid("Came back or came new meanwhile"),
    Finding.ELSEWHERE: msgid("Seen in another stocktake"),
}
LISTS = {
    Shown.TO_SEE: msgid("Not seen"),
    Shown.MISPLACED: msgid("Belongs elsewhere"),
    Shown.LENT: msgid("Seen though lent"),
    Shown.UNKNOWN: msgid("Not one of ours"),
    Shown.TWICE: msgid("Counted twice"),
    Shown.BINS: msgid("Counted by number"),
    Shown.FOUND: msgid("Was missing, and was seen"),
    Shown.OTHER: msgid("Not part of it"),
    Shown.SEEN: msgid("Seen"),
    Shown.AWAY: msgid("Not looked for"),
}
# What was done about it when it was closed.
DONE_FINDINGS = {Finding.NOT_SEEN: msgid("Not seen, missing from now on")}
DONE_LISTS = {
    Shown.TO_SEE: msgid("Missing from now on"),
    Shown.MISPLACED: msgid("Moved to where it was seen"),
}
COLUMNS = (
    *("finding", "misplaced", "name", "code", "belongs_in", "seen_in"),
    *("should_be", "counted", "difference", "times_scanned", "seen_at", "seen_by", "belongs_to"),
)
Word = Callable[[str], str]  # in the reader's language
When = Callable[[datetime], str]


@dataclass(frozen=True)
class Words:
    """What findings and lists are called, as message ids."""

    findings: Mapping[Finding, str]
    lists: Mapping[Shown, str]


def words_of(stocktake: Stocktake) -> Words:
    """What they are called while it is open, or once it is closed."""
    if stocktake.closing is None:
        return Words(FINDINGS, LISTS)
    return Words(FINDINGS | DONE_FINDINGS, LISTS | DONE_LISTS)


@dataclass(frozen=True)
class Report:
    """A stocktake and what it found, in the words of who reads it."""

    stocktake: Stocktake
    tally: Tally
    word: Word
    when: When

    @property
    def title(self) -> str:
        """What it was about."""
        return self.stocktake.about or self.word("Everything")

    @property
    def words(self) -> Words:
        """What its findings and lists are called."""
        return words_of(self.stocktake)

    def said(self, text: str, **facts: object) -> str:
        """A sentence in the reader's language."""
        return self.word(text) % facts


def csv(report: Report) -> str:
    """A row for each thing, and for each code of none, with all that is known of it."""
    return spreadsheets.write(COLUMNS, (_row(report, one) for one in report.tally.found))


def pdf(report: Report) -> bytes:
    """The report on paper: how far it came, by place, and each list that is not empty."""
    paper = PaperReport(report.said(msgid("Stocktake: %(about)s"), about=report.title))
    for line in _summary(report):
        paper.lines(line)
    columns = (msgid("Place"), msgid("Expected"), msgid("Seen"))
    paper.part(report.word(msgid("By place")))
    paper.columns(*map(report.word, columns))
    for one in report.tally.progress():
        place = one.place or report.word(msgid("No place"))
        paper.row(place, str(one.expected), str(one.seen))
    for shown, name in report.words.lists.items():
        _write_list(paper, report, shown, report.word(name))
    return paper.finished()


def _row(report: Report, one: Found) -> list[object]:
    is_bin = one.counted is not None
    return [
        report.word(report.words.findings[one.finding]),
        "yes" if one.is_misplaced else "",
        one.name,
        one.code,
        one.home,
        one.seen_in,
        one.should_be,
        one.counted,
        one.difference if is_bin else None,
        one.times,
        one.seen_at.isoformat(timespec="minutes") if one.seen_at else "",
        one.seen_by,
        one.whose,
    ]


def _summary(report: Report) -> Iterator[str]:
    stocktake, closing = report.stocktake, report.stocktake.closing
    yield stocktake.group.name
    yield report.said(msgid("Opened %(when)s"), when=report.when(stocktake.opened_at))
    if closing is not None:
        by = closing.by.name if closing.by else "–"
        yield report.said(
            msgid("Closed %(when)s by %(person)s"), when=report.when(closing.at), person=by
        )
    facts = {"seen": report.tally.seen, "expected": report.tally.expected}
    yield report.said(msgid("%(seen)s of %(expected)s seen"), **facts)
    for shown, name in report.words.lists.items():
        yield f"{report.word(name)}: {report.tally.counts[shown]}"


def _write_list(paper: PaperReport, report: Report, shown: Shown, name: str) -> None:
    those = report.tally.those(shown)
    if not those:
        return
    paper.part(f"{name} ({len(those)})")
    columns = (msgid("Thing"), msgid("Belongs in"), msgid("How it was found"))
    paper.columns(*map(report.word, columns))
    for one in those:
        thing = f"{one.name} {in_groups(one.code)}".strip()
        paper.row(thing, one.home or one.whose or "–", ", ".join(_how(report, one)))


def _how(report: Report, one: Found) -> Iterator[str]:
    yield report.word(report.words.findings[one.finding])
    if one.counted is not None:
        facts = {"counted": one.counted, "should_be": one.should_be}
        yield report.said(msgid("%(counted)s counted, %(should_be)s expected"), **facts)
    if one.times > 1:
        yield report.said(msgid("scanned %(times)s times"), times=one.times)
    if one.seen_in:
        yield one.seen_in
    if one.seen_at is not None:
        yield " ".join(filter(None, (report.when(one.seen_at), one.seen_by)))
