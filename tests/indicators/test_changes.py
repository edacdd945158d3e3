"""The verbs that change facts: states and the two persons, citations, and bounds computed on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection

from briefings.models import Basis
from greenapi.ledger.models import LedgerHead
from greenapi.ledger.reading import reading
from greenapi.ledger.recording import RecordError
from greenapi.ledger.revisions import NoRevisionError
from indicators import changes
from indicators.changes import StateError, as_bounds
from indicators.measures import Bounds
from indicators.models import ClaimLink, Commitment, Indicator, IndicatorTopic, Observation, ObservationCitation
from tests.factories import facts, sources
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

UNPROVED = "is published without a citation"
MAKERS: dict[str, Callable[..., Any]] = {
    "observation": facts.observation,
    "commitment": facts.commitment,
    "event": lambda *, published: facts.event(of=facts.commitment(), fulfilment="kept", published=published),
    "claim link": lambda *, published: facts.evidence(
        source=facts.observation(), target=facts.commitment(), published=published
    ),
}


STEPS: dict[str, Callable[[Any], None]] = {
    "submit": lambda fact: changes.submit(fact, by="ada"),
    "publish": lambda fact: changes.publish(fact, by="bea"),
    "withdraw": changes.withdraw,
}


@contextmanager
def committed() -> Iterator[None]:
    """A revision at whose end is judged what is otherwise judged at commit."""
    with change():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def head() -> int:
    return LedgerHead.objects.get().number


@pytest.mark.parametrize("kind", MAKERS)
def test_fact_goes_from_draft_to_withdrawn(kind: str) -> None:
    with change():
        fact = MAKERS[kind](published=False)
    states = [(fact.state, fact.submitted_by, fact.reviewed_by)]
    for step in STEPS.values():
        with change():
            step(fact)
        fact.refresh_from_db()
        states.append((fact.state, fact.submitted_by, fact.reviewed_by))

    assert states == [
        ("draft", "", ""),
        ("in_review", "ada", ""),
        ("published", "ada", "bea"),
        ("withdrawn", "ada", "bea"),
    ]


@pytest.mark.parametrize(
    ("state", "allowed"),
    [("draft", "submit"), ("in_review", "publish"), ("published", "withdraw"), ("withdrawn", None)],
)
def test_each_state_allows_one_step(state: str, allowed: str | None) -> None:
    before = {"submit": ["submit"], "publish": ["submit", "publish"], "withdraw": ["submit", "publish", "withdraw"]}
    way = {"draft": [], "in_review": before["submit"], "published": before["publish"], "withdrawn": before["withdraw"]}
    with change():
        fact = facts.observation(published=False)
        for step in way[state]:
            STEPS[step](fact)
    assert fact.state == state

    for name, take in STEPS.items():
        if name != allowed:
            with pytest.raises(StateError), change():
                take(fact)
            fact.refresh_from_db()
            assert fact.state == state
    if allowed is not None:
        with change():
            STEPS[allowed](fact)
        assert Observation.objects.get(id=fact.id).state != state


def test_who_submitted_cannot_publish() -> None:
    with change():
        fact = facts.observation(published=False)
        changes.submit(fact, by="ada")

    with pytest.raises(StateError), change():
        changes.publish(fact, by="ada")
    assert Observation.objects.get(id=fact.id).state == "in_review"


@pytest.mark.parametrize("end", ["source", "target"])
def test_link_is_published_once_the_facts_it_joins_are(end: str) -> None:
    with change():
        source, target = facts.observation(published=end != "source"), facts.commitment(published=end != "target")
        link = facts.evidence(source=source, target=target, published=False)
        changes.submit(link, by="ada")

    with pytest.raises(StateError, match="once the facts"), change():
        changes.publish(link, by="bea")
    with change():
        draft = source if end == "source" else target
        changes.submit(draft, by="ada")
        changes.publish(draft, by="bea")
        changes.publish(link, by="bea")
    assert ClaimLink.objects.get(id=link.id).state == "published"


@pytest.mark.parametrize(("submitted_by", "reviewed_by"), [("ada", "ada"), ("", "bea"), ("ada", ""), (" ", "bea")])
def test_database_refuses_to_publish_without_two_persons(submitted_by: str, reviewed_by: str) -> None:
    with change():
        fact = facts.observation(published=False)

    with pytest.raises(IntegrityError, match="observation_two_persons"), change():
        Observation.objects.filter(id=fact.id).update(
            state="published", submitted_by=submitted_by, reviewed_by=reviewed_by
        )


@pytest.mark.parametrize("step", STEPS)
def test_steps_need_a_revision(step: str) -> None:
    way = {"submit": 0, "publish": 1, "withdraw": 2}[step]
    with change():
        fact = facts.observation(published=False)
        for name in list(STEPS)[:way]:
            STEPS[name](fact)

    with pytest.raises(NoRevisionError):
        STEPS[step](fact)


def test_withdrawn_fact_is_still_read_in_the_past() -> None:
    with change() as published:
        fact = facts.observation()
    with change():
        changes.withdraw(fact)

    assert not Observation.objects.published().filter(id=fact.id).exists()
    with reading(as_of=published.number):
        assert Observation.objects.published().filter(id=fact.id).exists()


@pytest.mark.parametrize("make", [facts.observation, facts.commitment])
def test_published_fact_needs_a_citation(make: Callable[..., Any]) -> None:
    with pytest.raises(IntegrityError, match=UNPROVED), committed():
        make(cited=False)


@pytest.mark.parametrize("part", ["period", "scope", "baseline", "deadline"])
def test_citation_of_another_part_does_not_prove_a_fact(part: str) -> None:
    with committed():
        fact = facts.observation(published=False, cited=False)
        changes.cite(fact, parts=[(part, sources.citation(of=fact.segment.document_version))])
        changes.submit(fact, by="ada")

    with pytest.raises(IntegrityError, match=UNPROVED), committed():
        changes.publish(fact, by="bea")


def test_published_fact_keeps_a_citation() -> None:
    with committed():
        fact = facts.observation()

    with pytest.raises(IntegrityError, match=UNPROVED), committed():
        changes.cite(fact, parts=[])


def test_citation_cannot_be_moved_away_from_a_published_fact() -> None:
    with committed():
        fact, draft = facts.observation(), facts.observation(published=False, cited=False)

    with pytest.raises(IntegrityError, match=UNPROVED), committed():
        ObservationCitation.objects.filter(observation=fact).update(observation=draft)


def test_draft_needs_no_citation_until_it_is_published() -> None:
    with committed():
        fact = facts.commitment(published=False, cited=False)
        changes.submit(fact, by="ada")

    with pytest.raises(IntegrityError, match=UNPROVED), committed():
        changes.publish(fact, by="bea")


def test_cite_makes_the_parts_exactly_these() -> None:
    with change():
        fact = facts.observation()
        version = fact.segment.document_version
        value, year = sources.citation(of=version), sources.citation(of=version, exact="In 2030")
        kept = fact.cited_parts.get()
    with change() as second:
        changes.cite(fact, parts=[("value", value), ("period", year)])
    with change() as third:
        changes.cite(fact, parts=[("period", year), ("value", value)])
    assert third.number == second.number + 1 and head() == second.number
    assert set(fact.cited_parts.values_list("part", "citation")) == {("value", value.id), ("period", year.id)}
    assert fact.cited_parts.filter(id=kept.id).exists()

    with change():
        changes.cite(fact, parts=[("whole", value)])

    assert list(fact.cited_parts.values_list("part", "citation")) == [("whole", value.id)]


def test_same_part_cited_twice_is_one() -> None:
    with change():
        fact = facts.observation(cited=False)
        place = sources.citation(of=fact.segment.document_version)
        changes.cite(fact, parts=[("value", place), ("value", place)])

    assert fact.cited_parts.count() == 1


def test_evidence_is_made_exactly_these_citations() -> None:
    with change():
        commitment = facts.commitment()
        event = facts.event(of=commitment, fulfilment="kept")
        first = sources.citation(of=commitment.segment.document_version)
        second = sources.citation(of=commitment.segment.document_version, exact="mills")
        changes.cite_evidence(event, citations=[first])
        changes.cite_evidence(event, citations=[second])

    assert list(event.evidence.values_list("citation", flat=True)) == [second.id]


def test_topics_are_made_exactly_these() -> None:
    with change():
        indicator, one, other = facts.indicator(), facts.topic(), facts.topic()
        changes.set_topics(indicator, topics=[one, other])
        changes.set_topics(indicator, topics=[other])

    assert list(IndicatorTopic.objects.filter(indicator=indicator).values_list("topic", flat=True)) == [other.id]


def test_bounds_are_computed_and_cut_by_the_domain() -> None:
    with change():
        fact = facts.observation(comparator="gt", value=Decimal(20))
    fact.refresh_from_db()

    assert as_bounds(fact.bounds) == Bounds(lower=Decimal(20), upper=Decimal(100), upper_closed=True)


def test_value_outside_its_domain_is_refused() -> None:
    with pytest.raises(RecordError) as caught, change():
        facts.observation(comparator="gt", value=Decimal(100))
    assert caught.value.field == "value"


def test_target_is_cut_by_the_domain_only_in_the_indicators_unit() -> None:
    with change():
        indicator = facts.indicator()
        target: dict[str, Any] = {"target_comparator": "ge", "target_value": Decimal(50), "target_indicator": indicator}
        same = facts.commitment(**target, target_unit=indicator.unit)
        other = facts.commitment(**target, target_unit=facts.unit())

    assert as_bounds(same.target_bounds) == Bounds(
        lower=Decimal(50), upper=Decimal(100), lower_closed=True, upper_closed=True
    )
    assert as_bounds(other.target_bounds) == Bounds(lower=Decimal(50), lower_closed=True)


@pytest.mark.parametrize("field", ["value", "value_high"])
@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(field: str, value: str) -> None:
    given: dict[str, Any] = {
        "comparator": "between",
        "value": Decimal(20),
        "value_high": Decimal(30),
        field: Decimal(value),
    }

    with pytest.raises(RecordError), change():
        facts.observation(**given)


def test_final_zero_is_kept_and_its_change_recorded() -> None:
    with change():
        fact = facts.observation(value=Decimal("1.3"))
    before = head()
    with change():
        facts.observation(**_row(fact, value=Decimal("1.30")))
    fact.refresh_from_db()

    assert str(fact.value) == "1.30"
    assert head() == before + 1


def _row(fact: Observation, **values: Any) -> dict[str, Any]:
    """What an observation was made of."""
    names = ["id", "indicator", "unit", "scope", "segment", "reference_period", "reference_period_basis", "value"]
    return {**{name: getattr(fact, name) for name in names}, **values}


def test_fact_of_a_segment_without_a_day_is_refused() -> None:
    with change():
        undated = sources.document(briefing=sources.briefing(held_on=None))
        segment = sources.segment(of=sources.version(of=undated))

    with pytest.raises(RecordError) as caught, change():
        facts.observation(segment=segment)
    assert caught.value.field == "segment"


def test_fact_takes_its_day_from_its_segment() -> None:
    with change():
        fact = facts.commitment()

    assert (fact.stated_on, fact.stated_on_basis) == (fact.segment.stated_on, Basis.STATED)


def test_recording_again_changes_no_state() -> None:
    """What was withdrawn stays so when a dataset that has it published is loaded again."""
    with change():
        fact = facts.observation()
        changes.withdraw(fact)
    with change():
        again = facts.observation(**_row(fact))

    assert again.state == "withdrawn"


def test_two_rows_of_one_key_are_refused() -> None:
    """Whichever came last would win, and every load would change the row to and fro."""
    with change():
        known = facts.unit(name="ell")
    rows = [{"slug": known.slug, "name": name, "quantity": "ratio"} for name in ("rod", "ell")]

    with pytest.raises((RecordError, IntegrityError)), change():
        changes.record_units(rows)
    with pytest.raises((RecordError, IntegrityError)), change():
        changes.record_units([{**row, "slug": "new-unit"} for row in rows])


@pytest.mark.parametrize(
    ("field", "value"), [("slug", "not a slug"), ("name", "x" * 121), ("name", ""), ("quantity", None)]
)
def test_value_that_its_field_does_not_take_is_refused(field: str, value: object) -> None:
    with pytest.raises(RecordError) as caught, change():
        facts.unit(**{field: value})
    assert caught.value.field == field


def test_word_outside_its_vocabulary_is_refused() -> None:
    with pytest.raises(RecordError) as caught, change():
        facts.commitment(kind="wish")
    assert caught.value.field == "kind"
    assert not Commitment.objects.filter(kind="wish").exists()


def test_domain_of_an_indicator_is_kept_as_it_was_given() -> None:
    domain = Bounds(lower=Decimal("-273.15"), lower_closed=True)
    with change():
        indicator = facts.indicator(domain=domain)

    assert as_bounds(Indicator.objects.get(id=indicator.id).domain) == domain
