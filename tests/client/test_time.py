"""Reading the past: views at a revision, a date or a time."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from briefings.models import Organization
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.revisions import revision
from greenapi_client import GreenAPI, errors

from .wsgi_adapter import WSGIAdapter

SLUG = "ministry-of-industry-and-information-technology"


def change(note: str) -> int:
    """Makes a revision that changes one organization's note."""
    with revision(actor="test", reason="To see both states", change_class=ChangeClass.ENRICHMENT) as opened:
        Organization.objects.filter(slug=SLUG).update(note=note)
    return opened.number


@pytest.mark.usefixtures("dataset_db")
def test_a_view_shows_the_state_it_names(green: GreenAPI) -> None:
    before = green.organizations.get(SLUG)
    number = change("changed")
    moment = green.revisions.get(number).recorded_at

    assert green.organizations.get(SLUG).note == "changed"
    for past in (number - 1, str(number - 1), moment - timedelta(microseconds=1)):
        view = green.at(past)
        assert view.organizations.get(SLUG) == before
        assert view.organizations.list(slug=SLUG).first() == before
    for present in (number, moment, moment.astimezone(timezone(timedelta(hours=8))), moment.isoformat()):
        assert green.at(present).organizations.get(SLUG).note == "changed"


@pytest.mark.usefixtures("dataset_db")
def test_a_listing_stays_at_its_revision_while_others_write(green: GreenAPI) -> None:
    organizations = green.organizations.list(page_size=3)
    before = list(organizations)
    iterator = iter(organizations)
    first = next(iterator)

    change("changed meanwhile")

    assert [first, *iterator] == before
    assert list(organizations) != before


@pytest.mark.usefixtures("dataset")
def test_every_call_of_a_view_says_when(green: GreenAPI, adapter: WSGIAdapter) -> None:
    view = green.at(1)
    list(view.units.list(page_size=3))
    view.units.get("percent")

    assert len(adapter.asked) > 2
    assert all("as_of=1" in address.partition("?")[2].split("&") for address in adapter.asked)
    assert view.as_of == "1"


@pytest.mark.usefixtures("dataset")
def test_the_first_day_knows_nothing(green: GreenAPI) -> None:
    view = green.at(date(2020, 1, 1))

    assert list(view.observations.list()) == []
    with pytest.raises(errors.NotYetRecorded):
        view.units.get("percent")
    assert issubclass(errors.NotYetRecorded, errors.NotFound)


@pytest.mark.usefixtures("dataset")
@pytest.mark.parametrize("future", [10**6, 10**30, "9999-12-30", datetime(2999, 1, 1, tzinfo=UTC)])
def test_the_future_is_not_told(green: GreenAPI, future: int | str | datetime) -> None:
    with pytest.raises(errors.FutureAsOf):
        green.at(future).units.get("percent")


@pytest.mark.usefixtures("dataset")
@pytest.mark.parametrize("text", ["yesterday", "2024-13-01", "2024-08-01T12:00:00", "-1"])
def test_text_that_names_no_moment_is_invalid(green: GreenAPI, text: str) -> None:
    with pytest.raises(errors.InvalidAsOf):
        green.at(text).units.get("percent")


@pytest.mark.parametrize(
    ("moment", "error"),
    [
        (datetime.fromisoformat("2024-08-01T12:00:00"), ValueError),
        (-1, ValueError),
        (True, TypeError),
        (None, TypeError),
        (1.0, TypeError),
        ("", TypeError),
    ],
)
def test_what_names_no_moment_is_refused(green: GreenAPI, moment: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        green.at(moment)  # type: ignore[arg-type]
