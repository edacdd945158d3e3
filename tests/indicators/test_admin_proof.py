"""The desk of citations that prove a public fact: two persons published it, so nobody moves its proof alone."""

from collections.abc import Callable
from typing import Any

import pytest

from briefings.admin import CitationForm
from briefings.models import Citation
from indicators import changes
from indicators.models import Commitment, CommitmentEvent, Observation
from tests.desk import REASON, Desk, change_page, revisions
from tests.factories import facts, sources
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Observation:
    """A draft of somebody else, `more than 20%`, whose value is cited."""
    with change():
        return facts.observation(published=False)


def observed(**state: str) -> Citation:
    made = facts.observation(published=False)
    Observation.objects.filter(id=made.id).update(**state)
    return made.cited_parts.get().citation


def pledged(**state: str) -> Citation:
    made = facts.commitment(published=False)
    Commitment.objects.filter(id=made.id).update(**state)
    return made.cited_parts.get().citation


def evidenced(**state: str) -> Citation:
    """A citation that only an event has."""
    made = facts.event(of=facts.commitment(published=False), fulfilment="in_progress", published=False)
    place = sources.citation(of=sources.version())
    changes.cite_evidence(made, citations=[place])
    CommitmentEvent.objects.filter(id=made.id).update(**state)
    return place


REVIEWED = {"submitted_by": "ida", "reviewed_by": "eve"}
CITED = pytest.mark.parametrize("cited", [observed, pledged, evidenced])


@CITED
@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_citation_that_proves_a_public_fact_is_not_moved(cited: Callable[..., Citation], state: str) -> None:
    with change():
        place = cited(state=state, **REVIEWED)
    desk, before = Desk(), revisions()

    page = desk.open(change_page(place))
    refused = desk.client.post(change_page(place), {**REASON, "start": "0", "end": "3", "exact": "Ada"})

    assert "It proves a fact that is or was public: it is not edited any more." in page.text
    assert not [name for name in ("start", "exact", "reason", "_save") if f'name="{name}"' in page.text]
    assert (refused.status_code, revisions()) == (403, before)


@CITED
@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_citation_of_an_open_fact_may_be_moved(cited: Callable[..., Citation], state: str) -> None:
    with change():
        place = cited(state=state)

    Desk().change(place, prefix="with ")

    place.refresh_from_db()
    assert place.prefix == "with "


def test_citation_whose_fact_is_published_while_it_is_saved_is_not_moved(
    draft: Observation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk looks again inside the revision: what was open when the page was checked may be public by then."""
    place = draft.cited_parts.get().citation
    desk, clean = Desk(), CitationForm.clean

    def publish_then_clean(form: CitationForm) -> dict[str, Any]:
        if form.refusal is None:
            with change():
                Observation.objects.filter(id=draft.id).update(state="published", **REVIEWED)
        return clean(form)

    monkeypatch.setattr(CitationForm, "clean", publish_then_clean)
    desk.change(place, prefix="with ")

    place.refresh_from_db()
    assert place.prefix == ""
