"""What is derived from another record follows when that changes, in the same revision."""

from datetime import date
from decimal import Decimal

import pytest

from greenapi.ledger.recording import RecordError
from greenapi.ledger.revisions import anything_changed
from indicators import changes
from indicators.measures import Bounds
from tests.factories import facts
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db


def test_day_of_a_briefing_reaches_its_facts() -> None:
    with change():
        observation = facts.observation()
    briefing = observation.segment.document_version.document.briefing
    assert briefing is not None and briefing.held_on != date(2031, 3, 9)

    with change():
        type(briefing).objects.filter(id=briefing.id).update(held_on=date(2031, 3, 9))

    observation.refresh_from_db()
    assert observation.segment.stated_on == observation.stated_on == date(2031, 3, 9)


def test_day_of_publication_is_the_day_stated_once_the_day_held_is_not_known() -> None:
    with change():
        observation = facts.observation()
    document = observation.segment.document_version.document
    assert document.briefing is not None and document.published_on is None
    published_on = date(2031, 3, 4)

    with change():
        type(document).objects.filter(id=document.id).update(published_on=published_on, published_on_basis="stated")
        type(document.briefing).objects.filter(id=document.briefing.id).update(
            held_on=None, held_on_basis="not_stated", held_on_reason=""
        )

    observation.refresh_from_db()
    assert (observation.stated_on, observation.stated_on_basis) == (published_on, "inferred")
    assert observation.segment.stated_on_reason


def test_bounds_are_cut_anew_when_the_domain_changes() -> None:
    with change():
        observation = facts.observation(comparator="gt", value=Decimal(20))
    indicator = observation.indicator

    with change():
        changes.record_indicators(
            [{"slug": indicator.slug, "domain": Bounds(lower=Decimal(0), upper=Decimal(90), upper_closed=True)}]
        )

    observation.refresh_from_db()
    assert changes.as_bounds(observation.bounds) == Bounds(lower=Decimal(20), upper=Decimal(90), upper_closed=True)


def test_domain_that_excludes_what_was_stated_is_refused() -> None:
    with change():
        observation = facts.observation(comparator="gt", value=Decimal(20))

    with pytest.raises(RecordError), change():
        changes.record_indicators([{"slug": observation.indicator.slug, "domain": Bounds(upper=Decimal(10))}])


def test_nothing_follows_from_a_change_that_derives_nothing() -> None:
    with change():
        observation = facts.observation()

    with change():
        changes.record_indicators(
            [{"slug": observation.indicator.slug, "domain": changes.as_bounds(observation.indicator.domain)}]
        )
        assert not anything_changed()
