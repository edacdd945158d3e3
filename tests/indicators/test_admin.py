"""The desk of facts: one click one revision, what was typed is never lost, and a published fact is closed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from greenapi.desk.fields import interval_text
from greenapi.ledger.models import Revision
from indicators.models import (
    ClaimLink,
    Commitment,
    CommitmentEvent,
    EventCitation,
    Indicator,
    IndicatorTopic,
    Observation,
    ObservationCitation,
)
from tests.desk import REASON, Desk, change_page, errors, newest, revisions, told
from tests.factories import facts, sources
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Observation:
    """A draft of somebody else, `more than 20%`, whose value is cited."""
    with change():
        return facts.observation(published=False)


@pytest.fixture
def typed() -> dict[str, Any]:
    """What is typed to add an observation: below 1.30, cited by its value."""
    with change():
        indicator = facts.indicator(domain=None)
        segment = sources.segment()
        place = sources.citation(of=segment.document_version)
        speaker = sources.speaker()
        scope = facts.scope()
    return {
        "indicator": indicator.pk,
        "unit": indicator.unit.pk,
        "scope": scope.pk,
        "segment": segment.pk,
        "speaker": speaker.pk,
        "attribution": "direct",
        "value_printed": "below\xa01.30 ",
        "value": "1.30",
        "comparator": "lt",
        "measure_type": "level",
        "cited_parts-0-part": "value",
        "cited_parts-0-citation": place.pk,
    }


def test_adding_observation_makes_one_revision_with_its_citation(typed: dict[str, Any]) -> None:
    desk, before = Desk(username="ada"), revisions()

    response = desk.add(Observation, **typed)

    observation = Observation.objects.get(indicator=typed["indicator"])
    assert response.status_code == 302
    assert revisions() == before + 1
    assert newest() == ("ada", "Because the page says so.", "enrichment")
    assert (str(observation.value), observation.value_printed) == ("1.30", "below\xa01.30 ")
    assert interval_text(observation.bounds) == "(, 1.30)"
    assert (observation.stated_on, observation.stated_on_basis) == (date(2031, 3, 1), "stated")
    assert observation.state == "draft"
    cited = ObservationCitation.objects.filter(observation=observation).values_list("part", "citation")
    assert list(cited) == [("value", typed["cited_parts-0-citation"])]


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_blank_reason_is_refused_and_keeps_what_was_typed(typed: dict[str, Any], reason: str) -> None:
    desk, before = Desk(), revisions()

    response = desk.add(Observation, **{**typed, "reason": reason})

    assert errors(response) == {"reason": ["Give a reason: every change is recorded with one."]}
    assert "below\xa01.30 " in response.text
    assert revisions() == before


def test_invalid_form_keeps_the_reason_and_makes_no_revision(draft: Observation) -> None:
    desk, before = Desk(), revisions()

    response = desk.change(draft, value="1,300")

    assert errors(response) == {"value": ["Give a plain number with a point, such as 20000 or 1.30."]}
    assert REASON["reason"] in response.text
    assert revisions() == before


def test_saving_what_was_shown_makes_no_revision_and_says_so(draft: Observation) -> None:
    desk, before = Desk(), revisions()

    response = desk.change(draft)

    assert told(response) == ["Nothing was changed, so no revision was made."]
    assert revisions() == before


def test_one_more_digit_is_a_change(draft: Observation) -> None:
    response = Desk().change(draft, value="20.0")

    draft.refresh_from_db()
    assert str(draft.value) == "20.0"
    assert told(response)[0] == f"Recorded as revision {revisions()}."
    assert 'value="20.0"' in Desk(username="bea").open(change_page(draft)).text


def test_citations_change_with_their_fact_in_one_revision(draft: Observation) -> None:
    desk, before = Desk(), revisions()
    with change():
        other = sources.citation(of=draft.segment.document_version, exact="In 2030")

    desk.change(
        draft,
        note="Two places.",
        **{
            "cited_parts-TOTAL_FORMS": "2",
            "cited_parts-0-DELETE": "on",
            "cited_parts-1-part": "period",
            "cited_parts-1-citation": other.pk,
        },
    )

    assert revisions() == before + 2
    assert list(draft.cited_parts.values_list("part", "citation")) == [("period", other.pk)]
    history = desk.open(change_page(draft).replace("/change/", "/history/"))
    assert [revision.number for revision in history.context["revisions"]] == [before + 2, before]


def test_value_outside_the_domain_is_refused_at_its_field(draft: Observation) -> None:
    response = Desk().change(draft, value="120", value_printed="120%")

    assert errors(response) == {"value": ["120 lies outside the natural domain."]}
    assert 'value="120"' in response.text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            {"measure_type": "change"},
            {"__all__": ["A change or saving has a direction; a level, share or count has none."]},
        ),
        (
            {"comparator": "between", "value_high": "5"},
            {"__all__": ["“Between” has two numbers, the lower one first; all else has one."]},
        ),
        (
            {"comparator": "between"},
            {"__all__": ["“Between” has two numbers, the lower one first; all else has one."]},
        ),
        ({"reference_period_basis": "inferred"}, {"reference_period_reason": ["An inferred value needs its reason."]}),
        (
            {"area_basis": "stated"},
            {
                "area_basis": [
                    (
                        "Give the value and say whether it is stated or inferred,"
                        " or leave it empty and choose “Not stated”."
                    )
                ]
            },
        ),
    ],
)
def test_constraints_are_told_in_words(
    draft: Observation, typed: dict[str, str], expected: dict[str, list[str]]
) -> None:
    assert errors(Desk().change(draft, **typed)) == expected


def test_list_shows_what_was_stated(draft: Observation) -> None:
    page = Desk().open("/admin/indicators/observation/").text

    assert f"more than 20 {draft.unit.name}" in page
    assert "more than 20%" in page


def test_published_fact_has_no_editable_field(dataset: None) -> None:
    desk, before = Desk(), revisions()
    published = Observation.objects.published()[0]

    response = desk.open(change_page(published))
    refused = desk.client.post(change_page(published), {**REASON, "note": "changed"})

    assert set(response.context["adminform"].readonly_fields) >= {"value", "note", "indicator"}
    assert "DELETE" not in response.text
    assert not [name for name in ("note", "cited_parts-0-citation", "_save") if f'name="{name}"' in response.text]
    assert (refused.status_code, revisions()) == (403, before)


def test_who_edits_a_fact_in_review_cannot_publish_it(draft: Observation) -> None:
    ada, bea = Desk(username="ada"), Desk(username="bea")
    ada.step(draft, "submit")

    bea.change(draft, note="mended")
    response = bea.step(draft, "publish")

    draft.refresh_from_db()
    assert errors(response) == {"__all__": ["Whoever submitted a fact cannot publish it."]}
    assert (draft.state, draft.submitted_by) == ("in_review", "bea")


def test_looking_at_a_fact_in_review_and_saving_changes_nothing(draft: Observation) -> None:
    ada, bea = Desk(username="ada"), Desk(username="bea")
    ada.step(draft, "submit")
    before = revisions()

    bea.change(draft)

    draft.refresh_from_db()
    assert (revisions(), draft.submitted_by) == (before, "ada")


def test_published_fact_is_withdrawn(dataset: None) -> None:
    published = Observation.objects.published()[0]

    Desk(username="bea").step(published, "withdraw", change_class="retraction", reason="The source took it back.")

    published.refresh_from_db()
    assert published.state == "withdrawn"
    assert newest() == ("bea", "The source took it back.", "retraction")


@pytest.mark.parametrize("step", ["publish", "withdraw"])
def test_step_out_of_order_is_refused(draft: Observation, step: str) -> None:
    before = revisions()

    response = Desk().step(draft, step)

    assert list(errors(response)) == ["__all__"]
    assert revisions() == before


def test_step_without_reason_is_refused(draft: Observation) -> None:
    response = Desk().step(draft, "submit", reason=" ")

    draft.refresh_from_db()
    assert errors(response) == {"reason": ["Give a reason: every change is recorded with one."]}
    assert draft.state == "draft"


def test_commitment_keeps_its_target_and_bounds() -> None:
    with change():
        commitment = facts.commitment(published=False)
        indicator = facts.indicator()

    Desk().change(
        commitment,
        target_indicator=indicator.pk,
        target_unit=indicator.unit.pk,
        target_comparator="ge",
        target_value="50.0",
    )

    commitment.refresh_from_db()
    bounds = commitment.target_bounds
    assert (str(commitment.target_value), bounds.lower, bounds.upper) == ("50.0", Decimal(50), Decimal(100))


def test_event_is_added_to_a_published_commitment_with_evidence(dataset: None) -> None:
    commitment = Commitment.objects.published()[0]
    place = commitment.cited_parts.all()[0].citation
    before = revisions()

    Desk().add(
        CommitmentEvent,
        commitment=commitment.pk,
        occurred_on="2035-01-01",
        fulfilment="in_progress",
        description="Work has begun.",
        **{"evidence-0-citation": place.pk},
    )

    event = CommitmentEvent.objects.get(description="Work has begun.")
    assert revisions() == before + 1
    assert list(EventCitation.objects.filter(event=event).values_list("citation", flat=True)) == [place.pk]


def test_claim_link_needs_one_fact_at_each_end(draft: Observation) -> None:
    desk, before = Desk(), revisions()

    refused = desk.add(ClaimLink, relation="restates", source_observation=draft.pk)
    with change():
        other = facts.commitment(published=False)
    desk.add(ClaimLink, relation="evidences", source_observation=draft.pk, target_commitment=other.pk)

    assert errors(refused) == {"__all__": ["Choose one fact that it bears on: an observation or a commitment."]}
    assert revisions() == before + 2
    assert ClaimLink.objects.filter(source_observation=draft).values_list("target_commitment", "state").get() == (
        other.pk,
        "draft",
    )


def test_topics_and_domain_of_an_indicator_are_saved_together() -> None:
    with change():
        topic, indicator = facts.topic(), facts.indicator()
    before = revisions()

    Desk().change(indicator, domain="(0, )", **{"indicator_topics-0-topic": topic.pk})

    indicator.refresh_from_db()
    assert revisions() == before + 1
    assert (indicator.domain.lower, indicator.domain.lower_inc, indicator.domain.upper) == (0, False, None)
    assert list(IndicatorTopic.objects.filter(indicator=indicator).values_list("topic", flat=True)) == [topic.pk]


@pytest.mark.parametrize("domain", ["0-100", "[1, 0]", "(0, 0]", "[a, b]", "[1_0, 20]"])
def test_domain_that_is_no_interval_is_refused(domain: str) -> None:
    with change():
        indicator = facts.indicator()

    response = Desk().change(indicator, domain=domain)

    assert list(errors(response)) == ["domain"]
    assert Indicator.objects.get(id=indicator.id).domain.upper == 100


def test_who_may_only_view_sees_and_saves_nothing(draft: Observation) -> None:
    desk, before = Desk(username="vic", permissions=("indicators.view_observation",)), revisions()

    page = desk.open(change_page(draft))
    saved = desk.client.post(change_page(draft), {**REASON, "note": "mine"})
    stepped = desk.step(draft, "submit")

    assert (page.status_code, "more than 20%" in page.text) == (200, True)
    assert not [name for name in ('name="reason"', 'name="note"', 'name="_save"', "/step/") if name in page.text]
    assert (saved.status_code, stepped.status_code) == (403, 403)
    assert desk.open("/admin/indicators/commitment/").status_code == 403
    assert revisions() == before


def test_who_may_change_facts_may_change_their_citations(draft: Observation) -> None:
    rights = ("view_observation", "change_observation")
    desk = Desk(username="eva", permissions=tuple(f"indicators.{name}" for name in rights))

    desk.change(draft, **{"cited_parts-0-part": "whole"})

    assert list(draft.cited_parts.values_list("part", flat=True)) == ["whole"]


def test_revision_lists_what_it_touched(draft: Observation) -> None:
    desk = Desk()
    desk.change(draft, note="touched")

    page = desk.open(f"/admin/ledger/revision/{Revision.objects.count()}/change/")

    assert f"/admin/indicators/observation/{draft.id}/change/" in page.text
