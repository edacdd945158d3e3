"""Answers become exact values; what is not as promised is named; what is new is kept."""

from decimal import Decimal
from typing import Any

import pytest

from greenapi_client import errors, models
from greenapi_client.decoding import decode, decode_page, parse

from .hostile import UNIT

BOUNDS = {"lower": 1, "upper": None, "lower_closed": True, "upper_closed": False}


def test_numbers_keep_every_digit() -> None:
    body = b'{"lower": 0.1000000000000000000000000001, "upper": 12.10, "lower_closed": true, "upper_closed": false}'

    bounds = decode(models.Bounds, parse(body))

    assert (str(bounds.lower), str(bounds.upper)) == ("0.1000000000000000000000000001", "12.10")


def test_whole_numbers_become_decimals_where_numbers_are_promised() -> None:
    assert decode(models.Bounds, {**BOUNDS, "lower": 10**30}).lower == Decimal(10**30)


def test_new_fields_are_kept() -> None:
    unit = decode(models.Unit, {**UNIT, "plural": "percents", "weight": Decimal("1.5")})

    assert unit.extra == {"plural": "percents", "weight": Decimal("1.5")}
    assert unit != decode(models.Unit, UNIT)
    assert hash(unit) == hash(decode(models.Unit, UNIT))


def test_new_words_of_a_vocabulary_are_taken() -> None:
    problem = {"type": "/problems/new", "title": "New.", "status": 418, "detail": None, "errors": []}

    assert decode(models.Problem, problem).type == "/problems/new"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, "results.0.name: expected a string, got None"),
        ({"name": 5}, "results.0.name: expected a string, got 5"),
        ({"symbol": ["%"]}, "results.0.symbol: expected a string, got ['%']"),
        ({"slug": ...}, "results.0: Unit has no field slug"),
    ],
)
def test_what_is_not_as_promised_is_named(change: dict[str, Any], message: str) -> None:
    unit = {name: value for name, value in {**UNIT, **change}.items() if value is not ...}
    body = {"revision": 1, "recorded_at": None, "next": None, "previous": None, "results": [unit]}

    with pytest.raises(errors.DecodingError) as caught:
        decode_page(models.Unit, body)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("revision", True, "a whole number"),
        ("revision", Decimal("1.0"), "a whole number"),
        ("recorded_at", "2026-03-01T12:00:00", "a time with offset"),
        ("recorded_at", "soon", "a time"),
        ("recorded_at", 0, "a string"),
        ("results", {}, "an array"),
        ("results", None, "an array"),
        ("next", 1, "a string"),
    ],
)
def test_each_type_is_checked(field: str, value: Any, expected: str) -> None:
    body = {"revision": 1, "recorded_at": None, "next": None, "previous": None, "results": [], field: value}

    with pytest.raises(errors.DecodingError, match=f"^{field}: expected {expected}, got "):
        decode_page(models.Unit, body)


@pytest.mark.parametrize("body", [b"", b"{", b"[NaN]", b"[Infinity]", b"\xff\xfe{", b"[" * 200_000, b'{"a": 1} {'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(errors.DecodingError, match="the answer is not JSON"):
        parse(body)


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_what_is_no_object_is_refused(data: Any) -> None:
    with pytest.raises(errors.DecodingError, match=r"^the answer: expected an object"):
        decode(models.Unit, data)
