"""Intervals: which values they hold, and how they are written."""

from decimal import Decimal

import pytest

from greenapi_client.models import Bounds


def bounds(lower: str | None, upper: str | None, *, closed: str = "") -> Bounds:
    return Bounds(
        lower=None if lower is None else Decimal(lower),
        upper=None if upper is None else Decimal(upper),
        lower_closed="lower" in closed,
        upper_closed="upper" in closed,
    )


@pytest.mark.parametrize(
    ("interval", "written", "inside", "outside"),
    [
        (bounds("20", "100", closed="upper"), "(20, 100]", ["20.001", "100"], ["20", "100.001"]),
        (bounds("1", "1.3", closed="lower"), "[1, 1.3)", ["1", "1.29"], ["0.99", "1.3"]),
        (bounds("15E3", None, closed="lower"), "[15000, ∞)", ["15000", "1e9"], ["14999"]),
        (bounds(None, "52", closed="upper"), "(-∞, 52]", ["-1e9", "52"], ["52.1"]),
        (bounds(None, None), "(-∞, ∞)", ["-1e9", "0"], []),
    ],
)
def test_bounds_hold_their_values(interval: Bounds, written: str, inside: list[str], outside: list[str]) -> None:
    assert str(interval) == written
    assert all(Decimal(value) in interval for value in inside)
    assert not any(Decimal(value) in interval for value in outside)
