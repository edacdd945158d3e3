"""What a user meets is documented: problem types, settings, commands."""

import re
from pathlib import Path

import pytest

from greenapi.rest.problems import ALL_TYPES

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("kind", ALL_TYPES, ids=lambda kind: kind.slug)
def test_problem_type_is_documented(kind: object) -> None:
    table = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")

    assert f"| `{kind.uri}` | {int(kind.status)} | {kind.title} |" in table  # type: ignore[attr-defined]


def test_documented_problem_types_exist() -> None:
    table = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `(/problems/[a-z-]+)`", table, re.MULTILINE)) == {kind.uri for kind in ALL_TYPES}


def test_settings_are_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    read = set()
    for file in (ROOT / "greenapi").rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        read |= set(re.findall(r'(?:environ(?:\.get\(|\[)|_flag\(|_list\()"([A-Z_]+)"', source))

    documented = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))
    assert read | {"DATABASE_URL"} <= documented | {"DJANGO_SETTINGS_MODULE", "TERM"}


def test_commands_are_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    commands = {
        file.stem
        for room in ("greenapi", "greenapi/access", "greenapi/ledger", "indicators")
        for file in (ROOT / room / "management" / "commands").glob("[a-z]*.py")
    }

    assert commands == set(re.findall(r"^\| `manage.py (\w+)`", page, re.MULTILINE))
