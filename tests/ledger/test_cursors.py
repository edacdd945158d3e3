"""A place in the feed has exactly one text, and nothing else is taken for one."""

from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenapi.ledger.cursors import Cursor, CursorError

LEDGER = UUID("0198c0de-0000-7000-8000-0123456789ab")
GOOD = f"{LEDGER}.12.{'0a' * 32}"

cursors = st.builds(
    Cursor, ledger_id=st.uuids(), number=st.integers(0, 2**63 - 1), hash=st.binary(min_size=32, max_size=32)
)


def test_cursor_says_ledger_number_and_hash() -> None:
    assert Cursor.parse(GOOD) == Cursor(ledger_id=LEDGER, number=12, hash=b"\x0a" * 32)


def test_start_is_before_the_first_revision() -> None:
    start = Cursor.start(LEDGER)

    assert str(start) == f"{LEDGER}.0.{sha256(b'0198c0de-0000-7000-8000-0123456789ab').hexdigest()}"


@given(cursors)
def test_text_and_cursor_are_one(cursor: Cursor) -> None:
    assert Cursor.parse(str(cursor)) == cursor


@given(st.text() | st.builds(lambda at, put: GOOD[:at] + put + GOOD[at:], st.integers(0, len(GOOD)), st.text()))
def test_what_is_read_is_what_is_written(text: str) -> None:
    try:
        cursor = Cursor.parse(text)
    except CursorError:
        return
    assert str(cursor) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "12",
        GOOD + "\n",
        " " + GOOD,
        GOOD.upper(),
        GOOD.replace("-", ""),
        GOOD.replace(".12.", ".012."),
        GOOD.replace(".12.", ".-1."),
        GOOD.replace(".12.", ".+1."),
        GOOD.replace(".12.", ".1_2."),
        GOOD.replace(".12.", ".١."),
        GOOD.replace(".12.", "."),
        GOOD.replace(".12.", ".9223372036854775808."),
        GOOD[:-1],
        GOOD[:-1] + "g",
        GOOD + "00",
        "{" + GOOD[:36] + "}" + GOOD[36:],
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        Cursor.parse(text)
