"""What values become in a query, and which are refused before anything is sent."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from greenapi_client import GreenAPI, models
from greenapi_client.parameters import FilterValue, key, query

PERCENT = models.Reference(slug="percent", name="percent", href="/api/v1/units/percent")
IDENTITY = UUID("01a20156-8403-77ba-ac82-1b999a109e22")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("more than 20%", "more than 20%"),
        (True, "true"),
        (False, "false"),
        (20, "20"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1.21E+10"), "12100000000"),
        (date(2024, 7, 24), "2024-07-24"),
        (datetime(2024, 7, 24, 8, tzinfo=timezone(timedelta(hours=8))), "2024-07-24T00:00:00Z"),
        (datetime(2024, 7, 24, 8, 0, 0, 1, tzinfo=UTC), "2024-07-24T08:00:00.000001Z"),
        (IDENTITY, str(IDENTITY)),
        (PERCENT, "percent"),
        (models.IdReference(id=IDENTITY, href=""), str(IDENTITY)),
        (models.VersionReference(sha256="ab", href=""), "ab"),
        (["a", "b"], "a,b"),
        ((PERCENT, "tonne"), "percent,tonne"),
    ],
)
def test_values_become_text(value: FilterValue, text: str) -> None:
    assert query({"name": value}) == {"name": text}


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (None, TypeError, "name: None selects nothing"),
        (b"bytes", TypeError, "name: bytes is no value"),
        ({"a": 1}, TypeError, "name: dict is no value"),
        (object, TypeError, "name: type is no value"),
        ([["a"]], TypeError, "name: list is no value"),
        (float("nan"), ValueError, "name: NaN is no number"),
        (Decimal("Infinity"), ValueError, "name: Infinity is no number"),
        (datetime.fromisoformat("2024-07-24"), ValueError, "name: 2024-07-24T00:00:00 has no offset"),
        ([], ValueError, "name: nothing is in an empty list"),
        (["a,b"], ValueError, "name: 'a,b' holds a comma"),
        (models.Excerpt(start=0, text=""), TypeError, "name: Excerpt is not addressed by a key"),
    ],
)
def test_what_is_no_value_is_refused(value: FilterValue, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        query({"name": value})


@pytest.mark.parametrize("name", ["as_of", "cursor"])
def test_what_is_no_filter_is_refused(green: GreenAPI, name: str) -> None:
    with pytest.raises(TypeError, match=f"{name} is no filter"):
        green.units.list(**{name: "1"})


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_what_is_no_key_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="is no key"):
        key(value)
