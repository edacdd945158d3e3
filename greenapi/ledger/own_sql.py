"""The functions, and the guards of the ledger's own tables, that the files in `sql/` write down."""

import re
from functools import cache
from pathlib import Path

from .triggers import Trigger

_FILES = sorted((Path(__file__).parent / "sql").glob("*.sql"))
_FUNCTION = re.compile(r"^CREATE OR REPLACE FUNCTION (\w+)\(.*?\$\$.*?\$\$;?$", re.DOTALL | re.MULTILINE)
_TRIGGER = re.compile(r"^(CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s[^;]*?\sON (\w+)\s[^;]*);$", re.MULTILINE)


@cache
def own_functions() -> dict[str, str]:
    """The statement that makes each function, by its name."""
    return {found[1]: found[0] for path in _FILES for found in _FUNCTION.finditer(_read(path))}


@cache
def own_triggers() -> tuple[Trigger, ...]:
    """The triggers of the ledger's own tables."""
    return tuple(
        Trigger(table=table, name=name, definition=" ".join(definition.split()))
        for path in _FILES
        for definition, name, table in _TRIGGER.findall(_read(path))
    )


@cache
def without_triggers() -> str:
    """Everything the files hold but the triggers; safe to repeat."""
    return "\n".join(_TRIGGER.sub("", _read(path)) for path in _FILES)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
