"""The functions, and the guards of the ledger's own tables, that the files in `sql/` write down.

Other apps may have a folder `sql/` too, for what must follow every version that is recorded. Such a file names the
tables that it needs in its first line, `-- Needs: one, other`; until migrations have made them, it counts for nothing.
"""

import re
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db.backends.utils import CursorWrapper

from .triggers import Trigger

_FUNCTION = re.compile(r"^CREATE OR REPLACE FUNCTION (\w+)\(.*?\$\$.*?\$\$;?$", re.DOTALL | re.MULTILINE)
_TRIGGER = re.compile(r"^(CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s[^;]*?\sON (\w+)\s[^;]*);$", re.MULTILINE)
_NEEDS = re.compile(r"\A-- Needs: (.+)$", re.MULTILINE)


def own_functions(cursor: CursorWrapper) -> dict[str, str]:
    """The statement that makes each function, by its name."""
    return {found[1]: found[0] for text in _ready(cursor) for found in _FUNCTION.finditer(text)}


def own_triggers(cursor: CursorWrapper) -> tuple[Trigger, ...]:
    """The triggers of the ledger's own tables, and those of other apps."""
    return tuple(
        Trigger(table=table, name=name, definition=" ".join(definition.split()))
        for text in _ready(cursor)
        for definition, name, table in _TRIGGER.findall(text)
    )


def without_triggers(cursor: CursorWrapper) -> str:
    """Everything the files hold but the triggers; safe to repeat."""
    return "\n".join(_TRIGGER.sub("", text) for text in _ready(cursor))


def missing_tables(cursor: CursorWrapper) -> list[str]:
    """The tables that files need and that are not there."""
    return sorted({name for text in _files() for name in _needed(text) if not _is_there(cursor, name)})


def derived_tables() -> list[str]:
    """The tables that apps keep by such triggers: they hold words of versions, and nobody else writes them."""
    return [name for app in apps.get_app_configs() for name in getattr(app, "derived_tables", ())]


def _ready(cursor: CursorWrapper) -> list[str]:
    return [text for text in _files() if all(_is_there(cursor, name) for name in _needed(text))]


@cache
def _files() -> tuple[str, ...]:
    return tuple(
        path.read_text(encoding="utf-8")
        for app in apps.get_app_configs()
        for path in sorted((Path(app.path) / "sql").glob("*.sql"))
    )


def _needed(text: str) -> list[str]:
    found = _NEEDS.search(text)
    return [name.strip() for name in found[1].split(",")] if found else []


def _is_there(cursor: CursorWrapper, name: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{name}"])
    there: bool = cursor.fetchone()[0]
    return there
