"""What became of a commitment: its latest published event, whether it is overdue, and the gap to its target."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from indicators.models import Commitment
from indicators.outcomes import fulfilment_of, gap_of, is_overdue
from tests.factories import facts
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db


def read(commitment: Commitment) -> Commitment:
    """The commitment with what the outcomes are derived from."""
    found: Commitment = Commitment.objects.with_relations().get(id=commitment.id)
    return found


@pytest.mark.parametrize(
    ("operator", "deadline", "day", "overdue"),
    [
        ("by", date(2030, 12, 31), date(2030, 12, 31), False),
        ("by", date(2030, 12, 31), date(2031, 1, 1), True),
        ("before", date(2031, 1, 1), date(2030, 12, 31), False),
        ("before", date(2031, 1, 1), date(2031, 1, 1), True),
        ("within", date(2030, 12, 31), date(2030, 12, 31), False),
        ("within", date(2030, 12, 31), date(2031, 1, 1), True),
        ("during", date(2030, 12, 31), date(2030, 12, 31), False),
        ("during", date(2030, 12, 31), date(2031, 1, 1), True),
        ("none", None, date(9999, 12, 31), False),
    ],
)
def test_overdue_begins_when_the_deadline_has_passed(
    operator: str, deadline: date | None, day: date, *, overdue: bool
) -> None:
    with change():
        commitment = facts.commitment(deadline_operator=operator, deadline_on=deadline)

    assert is_overdue(read(commitment), on=day) is overdue


@pytest.mark.parametrize(
    ("fulfilment", "overdue"),
    [
        ("not_assessed", True),
        ("no_action_found", True),
        ("in_progress", True),
        ("partly_kept", True),
        ("kept", False),
        ("not_kept", True),
        ("superseded", False),
        ("unverifiable", True),
    ],
)
def test_what_is_settled_is_not_overdue(fulfilment: str, *, overdue: bool) -> None:
    with change():
        commitment = facts.commitment(deadline_on=date(2030, 12, 31))
        facts.event(of=commitment, fulfilment=fulfilment)

    assert fulfilment_of(read(commitment)) == fulfilment
    assert is_overdue(read(commitment), on=date(2040, 1, 1)) is overdue


def test_without_events_nothing_was_assessed() -> None:
    with change():
        commitment = facts.commitment()

    assert fulfilment_of(read(commitment)) == "not_assessed"


def test_latest_published_event_counts() -> None:
    with change():
        commitment, other = facts.commitment(), facts.commitment()
        facts.event(of=commitment, fulfilment="kept", occurred_on=date(2033, 1, 1))
        facts.event(of=commitment, fulfilment="in_progress", occurred_on=date(2031, 1, 1))
        facts.event(of=commitment, fulfilment="not_kept", occurred_on=date(2036, 1, 1), published=False)
        facts.event(of=other, fulfilment="superseded", occurred_on=date(2037, 1, 1))

    assert fulfilment_of(read(commitment)) == "kept"


def test_of_two_events_on_one_day_the_later_recorded_counts() -> None:
    with change():
        commitment = facts.commitment()
        first = facts.event(of=commitment, fulfilment="in_progress")
        second = facts.event(of=commitment, fulfilment="kept")

    assert fulfilment_of(read(commitment)) == max([first, second], key=lambda event: event.id).fulfilment


def pledge(**target: Any) -> Commitment:
    """Half of all mills on wind: at least 50 of the indicator's unit."""
    indicator = facts.indicator()
    values = {"target_comparator": "ge", "target_value": Decimal(50), "target_indicator": indicator, **target}
    return facts.commitment(target_unit=indicator.unit, **values)


def stated(commitment: Commitment, *, value: int, **values: Any) -> None:
    """An observation that is linked as evidence."""
    link = values.pop("link", {})
    given = {"indicator": commitment.target_indicator, "comparator": "eq", "value": Decimal(value), **values}
    facts.evidence(source=facts.observation(**given), target=commitment, **link)


def test_target_without_a_number_has_no_gap() -> None:
    with change():
        commitment = facts.commitment()

    assert gap_of(read(commitment)) is None


@pytest.mark.parametrize(
    ("values", "expected"), [([], "cannot_tell"), ([49], "not_met"), ([50], "met"), ([49, 60], "met")]
)
def test_gap_follows_from_the_observations_linked(values: list[int], expected: str) -> None:
    with change():
        commitment = pledge()
        for value in values:
            stated(commitment, value=value)

    assert gap_of(read(commitment)) == expected


def test_what_is_not_public_or_of_something_else_closes_no_gap() -> None:
    with change():
        commitment = pledge()
        stated(commitment, value=60, published=False)
        stated(commitment, value=60, link={"published": False})
        stated(commitment, value=60, indicator=facts.indicator())
        stated(commitment, value=60, unit=facts.unit())

    assert gap_of(read(commitment)) == "cannot_tell"
    with change():
        stated(commitment, value=60)
    assert gap_of(read(commitment)) == "met"
