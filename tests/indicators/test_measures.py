"""Bounds: their arithmetic against sampled values, what each comparator commits to, domains, and gaps to targets."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.measures import Bounds, MeasureError, domain_of, gap_to_target, stated_bounds

# Ends lie on halves from -3 to 3, samples on quarters from -5 to 5: whatever differs, differs at a sample.
ENDS = [Decimal(half) / 2 for half in range(-6, 7)]
SAMPLES = [Decimal(quarter) / 4 for quarter in range(-20, 21)]
PERCENT = Bounds(lower=Decimal(0), upper=Decimal(100), lower_closed=True, upper_closed=True)
NOT_NEGATIVE = Bounds(lower=Decimal(0), lower_closed=True)


@st.composite
def all_bounds(draw: st.DrawFn) -> Bounds:
    lower, upper = draw(st.none() | st.sampled_from(ENDS)), draw(st.none() | st.sampled_from(ENDS))
    return Bounds(
        lower=lower,
        upper=upper,
        lower_closed=lower is not None and draw(st.booleans()),
        upper_closed=upper is not None and draw(st.booleans()),
    )


def values(bounds: Bounds) -> set[Decimal]:
    """The samples that lie within, by the plain meaning of an interval."""
    return {
        value
        for value in SAMPLES
        if (bounds.lower is None or value > bounds.lower or bounds.lower_closed and value == bounds.lower)
        and (bounds.upper is None or value < bounds.upper or bounds.upper_closed and value == bounds.upper)
    }


def span(text: str) -> Bounds:
    """Bounds from their usual notation, such as `(20, 100]`; an unlimited end is left out."""
    lower, upper = (Decimal(end) if end.strip() else None for end in text[1:-1].split(","))
    return Bounds(lower=lower, upper=upper, lower_closed=text[0] == "[", upper_closed=text[-1] == "]")


@given(bounds=all_bounds())
def test_empty_means_that_no_value_lies_within(bounds: Bounds) -> None:
    assert bounds.is_empty == (not values(bounds))


@given(one=all_bounds(), other=all_bounds())
def test_intersection_holds_the_values_of_both(one: Bounds, other: Bounds) -> None:
    assert values(one.intersection(other)) == values(one) & values(other)


@given(one=all_bounds(), other=all_bounds())
def test_within_means_that_every_value_lies_in_the_other(one: Bounds, other: Bounds) -> None:
    assert one.within(other) == (values(one) <= values(other))


@given(one=all_bounds(), other=all_bounds())
def test_overlaps_means_that_some_value_lies_in_both(one: Bounds, other: Bounds) -> None:
    assert one.overlaps(other) == bool(values(one) & values(other))
    assert other.overlaps(one) == one.overlaps(other)


def test_unlimited_end_is_never_closed() -> None:
    with pytest.raises(MeasureError):
        Bounds(lower_closed=True)
    with pytest.raises(MeasureError):
        Bounds(upper_closed=True)


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [
        ("eq", "57", "[57, 57]"),
        ("eq", "-1.30", "[-1.30, -1.30]"),
        ("gt", "20", "(20, )"),
        ("ge", "20", "[20, )"),
        ("lt", "1.3", "(, 1.3)"),
        ("le", "1.3", "(, 1.3]"),
        ("approx", "65", "[64.5, 65.5]"),
        ("approx", "1.5", "[1.45, 1.55]"),
        ("approx", "1.30", "[1.295, 1.305]"),
        ("approx", "1.0", "[0.95, 1.05]"),
        ("approx", "20000", "[15000, 25000]"),
        ("approx", "12100", "[12050, 12150]"),
        ("approx", "0", "[-0.5, 0.5]"),
        ("approx", "-65", "[-65.5, -64.5]"),
        ("nearly", "20000", "[15000, 20000)"),
        ("nearly", "1.5", "[1.45, 1.5)"),
        ("nearly", "7", "[6.5, 7)"),
        ("nearly", "100", "[50, 100)"),
    ],
)
def test_each_comparator_commits_to_its_interval(comparator: str, value: str, expected: str) -> None:
    assert stated_bounds(comparator, value=Decimal(value)) == span(expected)


@pytest.mark.parametrize("value", ["2E+4", "20000", "20E+3"])
def test_way_of_writing_a_whole_number_does_not_matter(value: str) -> None:
    assert stated_bounds("nearly", value=Decimal(value)) == span("[15000, 20000)")


def test_between_commits_to_both_ends() -> None:
    assert stated_bounds("between", value=Decimal(55), value_high=Decimal(60)) == span("[55, 60]")
    assert stated_bounds("between", value=Decimal(55), value_high=Decimal(55)) == span("[55, 55]")


@pytest.mark.parametrize("high", [None, Decimal("54.9")])
def test_between_needs_two_values_in_order(high: Decimal | None) -> None:
    with pytest.raises(MeasureError):
        stated_bounds("between", value=Decimal(55), value_high=high)


@pytest.mark.parametrize("comparator", ["", "EQ", "roughly", ">"])
def test_unknown_comparator_is_refused(comparator: str) -> None:
    with pytest.raises(MeasureError):
        stated_bounds(comparator, value=Decimal(1))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(value: str) -> None:
    for comparator in ("approx", "nearly", "eq", "gt", "ge", "lt", "le", "between"):
        with pytest.raises(MeasureError):
            stated_bounds(comparator, value=Decimal(value), value_high=Decimal(value))


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [
        ("gt", "20", "(20, 100]"),
        ("ge", "100", "[100, 100]"),
        ("lt", "1.3", "[0, 1.3)"),
        ("approx", "100", "[50, 100]"),
        ("approx", "0", "[0, 0.5]"),
        ("nearly", "100", "[50, 100)"),
        ("eq", "0", "[0, 0]"),
    ],
)
def test_domain_cuts_the_interval(comparator: str, value: str, expected: str) -> None:
    assert stated_bounds(comparator, value=Decimal(value), domain=PERCENT) == span(expected)


@pytest.mark.parametrize(
    ("comparator", "value"), [("eq", "101"), ("eq", "-0.1"), ("gt", "100"), ("lt", "0"), ("nearly", "0"), ("ge", "200")]
)
def test_value_outside_its_domain_is_refused(comparator: str, value: str) -> None:
    with pytest.raises(MeasureError):
        stated_bounds(comparator, value=Decimal(value), domain=PERCENT)


numbers = st.decimals(min_value="-1e9", max_value="1e9", allow_nan=False, places=3)


@given(value=numbers, comparator=st.sampled_from(["eq", "approx", "nearly", "gt", "ge", "lt", "le"]))
def test_stated_number_lies_in_or_at_the_end_of_its_interval(value: Decimal, comparator: str) -> None:
    bounds = stated_bounds(comparator, value=value)
    exactly = Bounds(lower=value, upper=value, lower_closed=True, upper_closed=True)

    assert not bounds.is_empty
    assert bounds.overlaps(exactly) == (comparator not in {"gt", "lt", "nearly"})
    assert value in {bounds.lower, bounds.upper} or exactly.within(bounds)


@given(value=numbers, comparator=st.sampled_from(["approx", "nearly", "gt", "ge", "lt", "le", "eq"]))
def test_cutting_never_adds_values(value: Decimal, comparator: str) -> None:
    whole = stated_bounds(comparator, value=value)
    try:
        cut = stated_bounds(comparator, value=value, domain=PERCENT)
    except MeasureError:
        assert not whole.overlaps(PERCENT)
    else:
        assert cut.within(whole) and cut.within(PERCENT)


@pytest.mark.parametrize(
    ("measure_type", "direction", "unit", "domain", "expected"),
    [
        ("level", None, "percent", PERCENT, PERCENT),
        ("share", None, "percent", PERCENT, PERCENT),
        ("count", None, "count", NOT_NEGATIVE, NOT_NEGATIVE),
        ("level", None, "celsius", None, None),
        ("change", "decrease", "percent", PERCENT, PERCENT),
        ("cumulative_change", "decrease", "percent", NOT_NEGATIVE, PERCENT),
        ("forecast_saving", "decrease", "percent", NOT_NEGATIVE, PERCENT),
        ("change", "increase", "percent", PERCENT, NOT_NEGATIVE),
        ("change", "decrease", "ton", NOT_NEGATIVE, NOT_NEGATIVE),
        ("change", "decrease", "percent", None, NOT_NEGATIVE),
        ("change", "decrease", "percent", span("[-1, )"), NOT_NEGATIVE),
        ("change", "decrease", "percentage-point", PERCENT, NOT_NEGATIVE),
    ],
)
def test_domain_of_each_measure(
    measure_type: str, direction: str | None, unit: str, domain: Bounds | None, expected: Bounds | None
) -> None:
    assert domain_of(measure_type, direction=direction, unit=unit, domain=domain) == expected


@pytest.mark.parametrize(
    ("target", "observed", "expected"),
    [
        ("[50, )", ["[55, 60]"], "met"),
        ("[50, )", ["[50, 50]"], "met"),
        ("(50, )", ["[50, 50]"], "not_met"),
        ("[50, )", ["[40, 45]"], "not_met"),
        ("[50, )", ["[40, 50)"], "not_met"),
        ("[50, )", ["[40, 50]"], "cannot_tell"),
        ("[50, )", ["(20, )"], "cannot_tell"),
        ("[50, )", [], "cannot_tell"),
        ("[50, )", ["[40, 45]", "[55, 60]"], "met"),
        ("[50, )", ["[40, 45]", "[45, 60]"], "cannot_tell"),
        ("(, 60)", ["[60, 61]"], "not_met"),
        ("(, 60)", ["[0, 1.3)"], "met"),
    ],
)
def test_gap_to_target(target: str, observed: list[str], expected: str) -> None:
    assert gap_to_target(target=span(target), observed=[span(text) for text in observed]) == expected
