"""What the apps of all tests in a process share: work that gives each of them the same.

A fresh app a test would compile its templates, its statements and its addresses anew, which takes
more than half of the time of all tests. And none of their databases waits for the disk.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

MOST_STATEMENTS = 5_000
DIALECTS: dict[str, Dialect] = {}
STATEMENTS: dict[str, Any] = {}


def share(app: Flask, engine: Engine) -> None:
    """Lets an app and its database use what was compiled for those before it."""
    app.jinja_env.bytecode_cache = TEMPLATES
    # A compiled statement belongs to a dialect: with one dialect for all, it serves them all.
    engine.dialect = DIALECTS.setdefault(engine.dialect.name, engine.dialect)
    known = STATEMENTS.setdefault(engine.dialect.name, LRUCache(MOST_STATEMENTS))
    engine._compiled_cache = known
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", do_not_wait_for_the_disk)


def do_not_wait_for_the_disk(connection: Any, _record: Any) -> None:
    """A database that is thrown away needs to survive nothing; what is killed runs by itself."""
    connection.execute("PRAGMA synchronous=OFF")


class Templates(BytecodeCache):
    """Templates as they were compiled first."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives a template its code, if it was compiled before."""
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled."""
        self.known[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Templates()


ADDRESSES: dict[tuple[str, str], Rule] = {}


class Address(Rule):
    """A rule that is read once for all apps, and learns how to build addresses when first asked."""

    def compile(self) -> None:
        """Takes over what an app before read in the same rule."""
        known = ADDRESSES.setdefault((self.rule, self.endpoint), self)
        if known is self:
            super().compile()
        for name in ("_parts", "_trace", "_converters", "_build", "_build_unknown", "arguments"):
            setattr(self, name, getattr(known, name))

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        learn, learnt = super()._compile_builder, list[Callable[..., Any]]()

        def build(rule: Rule, **values: Any) -> Any:
            if not learnt:
                learnt.append(learn(append_unknown))
            return learnt[0](rule, **values)

        return build
