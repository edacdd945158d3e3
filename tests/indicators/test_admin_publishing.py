"""The desk of facts where its revisions are really committed: two persons, the last checks, and a busy ledger."""

from threading import Event

from django.db import transaction

from greenapi.desk.refusals import Busy
from indicators.models import Commitment, Observation
from tests.desk import Desk, errors, newest, revisions
from tests.factories import facts
from tests.factories.revisions import change
from tests.ledger.second_writer import PATIENCE, elsewhere, second_writer


def test_fact_is_submitted_and_published_by_two_persons(ledger_db: None) -> None:
    ada, bea = Desk(username="ada"), Desk(username="bea")
    with change():
        draft = facts.observation(published=False)
    before = revisions()

    ada.step(draft, "submit")
    own = ada.step(draft, "publish")
    bea.step(draft, "publish", reason="Compared with the page.")

    draft.refresh_from_db()
    assert errors(own) == {"__all__": ["Whoever submitted a fact cannot publish it."]}
    assert (draft.state, draft.submitted_by, draft.reviewed_by) == ("published", "ada", "bea")
    assert revisions() == before + 2
    assert newest() == ("bea", "Compared with the page.", "enrichment")


def test_fact_without_citation_is_not_published(ledger_db: None) -> None:
    ada, bea = Desk(username="ada"), Desk(username="bea")
    with change():
        draft = facts.commitment(published=False, cited=False)
    ada.step(draft, "submit")
    before = revisions()

    response = bea.step(draft, "publish")

    assert errors(response) == {
        "__all__": ["A fact is published only with a citation of its value or its whole. Add one to it first."]
    }
    assert revisions() == before
    assert Commitment.objects.get().state == "in_review"


def test_busy_ledger_is_told_and_nothing_typed_is_lost(ledger_db: None) -> None:
    desk = Desk()
    with change():
        draft = facts.observation(published=False)

    with second_writer():
        response = desk.change(draft, note="typed at length")

    assert errors(response) == {"__all__": [Busy().message]}
    assert (response.status_code, response["Retry-After"]) == (503, "3")
    assert "typed at length" in response.text


def test_row_that_somebody_holds_is_told_and_nothing_typed_is_lost(ledger_db: None) -> None:
    """Someone beside the ledger, such as a person at psql, holds the row itself."""
    desk = Desk()
    with change():
        draft = facts.observation(published=False)
    held, release = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Observation.objects.select_for_update().get(id=draft.id)
            held.set()
            release.wait(PATIENCE)

    with elsewhere(hold):
        assert held.wait(PATIENCE)
        saved = desk.change(draft, note="typed at length")
        stepped = desk.step(draft, "submit")
        release.set()

    draft.refresh_from_db()
    assert errors(saved) == errors(stepped) == {"__all__": [Busy().message]}
    assert saved.status_code == stepped.status_code == 503
    assert "typed at length" in saved.text
    assert (draft.note, draft.state) == ("", "draft")
