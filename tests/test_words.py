"""Every word that a person reads can be translated."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment

HOUSE = Path(__file__).parent.parent
TEMPLATES = sorted((HOUSE / "templates").rglob("*.html"))
MARKS = {"_", "gettext", "lazy_gettext", "ngettext", "msgid", "msgids"}
READ_ALOUD = {"alt", "aria-label", "label", "placeholder", "title"}
NAMES = {"Toolshare"}
# Words of our own style sheets, and the characters of a code.
NO_WORDS = {"narrow", "report", "QXA"}

Found = Iterator[tuple[str, ast.AST]]


def nodes() -> Found:
    """Every node of every module, with where it stands."""
    for path in sorted((HOUSE / "toolshare").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            line = getattr(node, "lineno", 0)
            yield f"{path.relative_to(HOUSE)}:{line}", node


def called(node: ast.AST) -> str:
    """What a call calls, without what stands before the dot."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", ""))


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def marked() -> Found:
    """Every text that a call marks for translation."""
    for where, node in nodes():
        if isinstance(node, ast.Call) and called(node) in MARKS:
            texts = 2 if called(node) in {"ngettext", "msgids"} else 1
            yield from ((where, text) for text in node.args[:texts])


def for_people() -> Found:
    """What is said to people: reasons, messages, labels and hints of fields."""
    for where, node in nodes():
        if isinstance(node, ast.ClassDef):
            yield from ((where, one) for one in said_by(node))
        if isinstance(node, ast.Call):
            yield from ((where, one) for one in said_in(node))


def said_by(reason: ast.ClassDef) -> Iterator[ast.expr]:
    """The texts of a class of reasons."""
    for one in reason.body:
        if isinstance(one, ast.Assign) and getattr(one.targets[0], "id", "") in {"says", "instead"}:
            yield one.value


def said_in(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that a person will read."""
    what = called(call)
    named = [one.value for one in call.keywords if one.arg in {"says", "description"}]
    if what in {"flash", "ValidationError"} or what.endswith("Field"):
        return [*call.args[:1], *named]
    return call.args[1:2] if what == "SelectChoice" else named


class Words(HTMLParser):
    """Collects what a template says by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.found.append(data)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are shown or read aloud."""
        self.found += [text or "" for attribute, text in attrs if attribute in READ_ALOUD]


def bare_words(source: str) -> set[str]:
    """The words of a template that stand outside of _() and trans."""
    page, inside = "", False
    for _line, kind, text in Environment(autoescape=True).lex(source):
        if kind == "name" and text in {"trans", "endtrans"}:
            inside = text == "trans"
        elif kind == "data" and not inside:
            page += text
    words = Words()
    words.feed(page)
    return set(re.findall(r"[^\W\d_]{2,}", " ".join(words.found))) - NAMES - NO_WORDS


def test_what_is_marked_is_written_out() -> None:
    # A name stands for what another place has marked by msgid().
    named = (ast.Name, ast.Attribute, ast.Subscript)
    made_up = [
        where for where, text in marked() if not is_text(text) and not isinstance(text, named)
    ]
    assert made_up == []


def test_what_is_said_to_people_is_marked() -> None:
    said = list(for_people())
    assert len(said) > 100
    bare = [where for where, text in said if is_text(text) or isinstance(text, ast.JoinedStr)]
    assert bare == []


def test_all_that_is_marked_is_found_for_translators(tmp_path: Path) -> None:
    out = tmp_path / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    options = ["-F", "babel.cfg", "-k", "msgid msgids:1,2", "-o", str(out), "."]
    subprocess.run([*command, *options], cwd=HOUSE, check=True)
    with out.open("rb") as file:
        ids = [one.id for one in read_po(file)]
    found = {text for one in ids for text in ([one] if isinstance(one, str) else one)}
    assert {text.value for _, text in marked() if isinstance(text, ast.Constant)} <= found
    assert "You would have it until <strong>%(until)s</strong>." in found


def test_no_word_of_a_template_is_left_untranslated() -> None:
    found = {str(path): bare_words(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {path: words for path, words in found.items() if words} == {}


def test_a_bare_word_is_seen() -> None:
    source = '<p class="a" title="Shed">{{ _("Barn") }} Tools{% if x %}<b>go</b>'
    assert bare_words(source) == {"Shed", "Tools", "go"}
    assert bare_words("{% trans n=1 %}All {{ n }}{% endtrans %}") == set()
