"""The desk where two persons have one page open: nobody overwrites values or links that they have not seen."""

import pytest

from indicators.models import IndicatorTopic, Observation
from tests.desk import REASON, Desk, change_page, errors
from tests.factories import facts
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Observation:
    """A draft of somebody else, `more than 20%`, whose value is cited."""
    with change():
        return facts.observation(published=False)


def test_fact_published_while_its_page_was_open_is_not_changed(draft: Observation) -> None:
    desk = Desk()
    page = desk.typed(desk.open(change_page(draft)))
    with change():
        Observation.objects.filter(id=draft.id).update(state="published", submitted_by="ida", reviewed_by="bea")

    response = desk.client.post(change_page(draft), {**page, **REASON, "note": "late"})

    draft.refresh_from_db()
    assert (response.status_code, draft.note) == (403, "")


def test_nobody_overwrites_what_they_have_not_seen(draft: Observation) -> None:
    ada, bea = Desk(username="ada"), Desk(username="bea")
    page = ada.typed(ada.open(change_page(draft)))
    bea.change(draft, note="from bea")

    first = ada.client.post(change_page(draft), {**page, **REASON, "scope_words": "mills"})
    draft.refresh_from_db()
    kept = draft.note
    second = ada.client.post(change_page(draft), {**ada.typed(first)})

    draft.refresh_from_db()
    assert errors(first)["__all__"][0].startswith("Somebody changed this record after you opened it")
    assert kept == "from bea"
    assert (second.status_code, draft.note, draft.scope_words) == (302, "", "mills")


def test_nobody_overwrites_links_that_they_have_not_seen() -> None:
    with change():
        topic, indicator = facts.topic(), facts.indicator()
    ada, bea = Desk(username="ada"), Desk(username="bea")
    page = ada.typed(ada.open(change_page(indicator)))
    bea.change(indicator, **{"indicator_topics-0-topic": topic.pk})

    first = ada.client.post(change_page(indicator), {**page, **REASON, "note": "from ada"})
    kept = list(IndicatorTopic.objects.filter(indicator=indicator).values_list("topic", flat=True))
    second = ada.client.post(change_page(indicator), ada.typed(first))

    indicator.refresh_from_db()
    assert errors(first)["__all__"][0].startswith("Somebody changed this record after you opened it")
    assert kept == [topic.pk]
    assert (second.status_code, indicator.note) == (302, "from ada")
    assert not IndicatorTopic.objects.filter(indicator=indicator)


def test_citation_taken_away_while_the_page_was_open_is_not_put_back_unseen(draft: Observation) -> None:
    ada, bea = Desk(username="ada"), Desk(username="bea")
    page = ada.typed(ada.open(change_page(draft)))
    bea.change(draft, **{"cited_parts-0-DELETE": "on"})

    response = ada.client.post(change_page(draft), {**page, **REASON, "note": "from ada"})

    draft.refresh_from_db()
    assert "Somebody took one of these rows away after you opened this page." in response.text
    assert "from ada" in response.text
    assert (draft.note, draft.cited_parts.count()) == ("", 0)


def test_link_changed_by_its_own_editor_is_no_surprise() -> None:
    with change():
        topic, indicator = facts.topic(), facts.indicator()
    desk = Desk()

    desk.change(indicator, **{"indicator_topics-0-topic": topic.pk})
    response = desk.change(indicator, note="from ada")

    assert response.status_code == 302
    assert list(IndicatorTopic.objects.filter(indicator=indicator).values_list("topic", flat=True)) == [topic.pk]
