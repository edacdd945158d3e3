"""Every named rule of the database refuses what breaks it: a case for each, and a test that none is without."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.db.models import F, Model

from briefings.models import Citation, DocumentText
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import Redaction, Revision
from greenapi.ledger.tables import versioned_models
from indicators.models import (
    ClaimLink,
    Commitment,
    CommitmentEvent,
    EventCitation,
    IndicatorTopic,
    Observation,
)
from tests.factories import facts, sources
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

Break = Callable[[], object]


def update(row: Callable[[], Model], **values: Any) -> Break:
    """Updates a valid row of its own, which all other rules would let pass."""

    def act() -> None:
        made = row()
        type(made)._default_manager.filter(pk=made.pk).update(**values)

    return act


def late(make: Callable[[], Break]) -> Break:
    """Breaks a rule with rows that can be made only when a revision is open."""

    def act() -> None:
        make()()

    return act


def again(row: Callable[[], Model]) -> Break:
    """Inserts a second row with the content of a valid one."""

    def act() -> None:
        made = type(row_made := row())._default_manager.get(pk=row_made.pk)
        made.pk = uuid7()
        made.save(force_insert=True)

    return act


def indicator_topic() -> Model:
    return IndicatorTopic.objects.create(indicator=facts.indicator(), topic=facts.topic())


def observation_citation() -> Model:
    return facts.observation().cited_parts.get()


def commitment_citation() -> Model:
    return facts.commitment().cited_parts.get()


def event() -> CommitmentEvent:
    return facts.event(of=facts.commitment(), fulfilment="kept")


def event_citation() -> Model:
    place = sources.citation(of=sources.version())
    return EventCitation.objects.create(event=event(), citation=place)


def link() -> ClaimLink:
    return facts.evidence(source=facts.observation(), target=facts.commitment())


def citation() -> Citation:
    return sources.citation(of=sources.version())


def held_text() -> DocumentText:
    return DocumentText.objects.get(version=sources.version())


def between() -> Observation:
    return facts.observation(comparator="between", value=Decimal(20), value_high=Decimal(30))


def aim() -> Commitment:
    indicator = facts.indicator()
    return facts.commitment(
        target_comparator="ge", target_value=Decimal(50), target_indicator=indicator, target_unit=indicator.unit
    )


def uncite(make: Callable[[], Any]) -> Break:
    def act() -> None:
        make().cited_parts.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    return act


def move(make: Callable[[], Any]) -> Break:
    """Lets a published fact be stated by a segment of another document than its citations."""

    def act() -> None:
        fact = make()
        type(fact).objects.filter(pk=fact.pk).update(segment=sources.segment())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    return act


def other_links(**values: Callable[[], Model] | None) -> Break:
    def act() -> None:
        made = link()
        ClaimLink.objects.filter(pk=made.pk).update(
            **{name: None if make is None else make() for name, make in values.items()}
        )

    return act


def organized(make: Callable[[], Model], **values: Any) -> Break:
    """Says of a statement whose it is, on the basis given."""
    return late(lambda: update(make, organization=sources.organization(), **values))


REVIEWED: Mapping[str, Callable[[], Model]] = {
    "observation": facts.observation,
    "commitment": facts.commitment,
    "commitmentevent": event,
    "claimlink": link,
}
STATEMENTS: Mapping[str, Callable[[], Model]] = {"observation": facts.observation, "commitment": facts.commitment}

# The name of each rule, and what breaks it and no other.
CASES: dict[str, list[Break]] = {
    "role_dates_in_order": [update(sources.role, held_from="2031-01-02", held_to="2031-01-01")],
    "role_inferred_title_has_reason": [update(sources.role, title_basis="inferred", title_reason=" ")],
    "briefing_inferred_date_has_reason": [update(sources.briefing, held_on_basis="inferred")],
    "briefing_date_matches_basis": [
        update(sources.briefing, held_on=None),
        update(sources.briefing, held_on_basis="not_stated"),
    ],
    "segment_number_unique": [again(sources.segment)],
    "segment_end_after_start": [update(sources.segment, end=F("start")), update(sources.segment, start=89)],
    "segment_label_whole": [
        update(sources.segment, label="Ada Fern"),
        update(sources.segment, label_start=0, label_end=8),
        update(sources.segment, label="Ada Fern", label_start=0),
        update(sources.segment, label="Ada Fern", label_start=8, label_end=8),
    ],
    "segment_inferred_date_has_reason": [update(sources.segment, stated_on_basis="inferred")],
    "segment_date_matches_basis": [
        update(sources.segment, stated_on=None),
        update(sources.segment, stated_on_basis="not_stated"),
    ],
    "segment_inferred_outlet_has_reason": [
        late(lambda: update(sources.segment, outlet=sources.organization(), outlet_basis="inferred"))
    ],
    "segment_outlet_matches_basis": [
        update(sources.segment, outlet_basis="stated"),
        late(lambda: update(sources.segment, outlet=sources.organization())),
    ],
    "segment_locator_needs_work": [update(sources.segment, cited_work_locator="page 27")],
    "document_inferred_date_has_reason": [
        update(sources.document, published_on="2031-01-01", published_on_basis="inferred")
    ],
    "document_date_matches_basis": [
        update(sources.document, published_on="2031-01-01"),
        update(sources.document, published_on_basis="stated"),
    ],
    "document_inferred_page_has_reason": [update(sources.document, page=1, page_basis="inferred")],
    "document_page_matches_basis": [
        update(sources.document, page=1),
        update(sources.document, page_basis="stated"),
    ],
    "document_page_in_count": [update(sources.document, page=3, page_basis="stated", page_count=2)],
    "document_version_sha256_is_hex": [
        update(lambda: sources.version(held=False), sha256=value) for value in ("A" * 64, "a" * 63, "g" * 64, "")
    ],
    "citation_exact_fits_offsets": [
        update(lambda: sources.citation(of=sources.version(held=False)), end=F("end") + 1),
        update(lambda: sources.citation(of=sources.version(held=False)), exact="", end=F("start")),
    ],
    "citation_place_unique": [again(citation)],
    "citation_exact_is_in_text": [
        update(citation, exact="less than 20%"),
        update(citation, start=F("start") + 1, end=F("end") + 1),
    ],
    "citation_within_text": [update(citation, start=F("start") + 9000, end=F("end") + 9000)],
    "segment_within_text": [update(sources.segment, end=99999)],
    "document_text_is_the_version": [update(held_text, text="another")],
    "period_dates_in_order": [update(facts.period, start_on="2031-01-01", end_on="2030-12-31")],
    "indicator_topic_unique": [again(indicator_topic)],
    "observation_citation_unique": [again(observation_citation)],
    "commitment_citation_unique": [again(commitment_citation)],
    "event_citation_unique": [again(event_citation)],
    "observation_published_is_cited": [uncite(facts.observation)],
    "observation_cited_in_its_segment": [move(facts.observation)],
    "commitment_cited_in_its_segment": [move(facts.commitment)],
    "commitment_published_is_cited": [uncite(facts.commitment)],
    "observation_between_has_two_values": [
        update(between, value_high=None),
        update(between, value_high=19),
        update(facts.observation, value_high=30),
        update(facts.observation, comparator="between"),
    ],
    "observation_change_has_direction": [
        update(facts.observation, measure_type="change"),
        update(facts.observation, direction="increase"),
        update(facts.observation, measure_type="no_such_type"),
    ],
    "observation_inferred_period_has_reason": [update(facts.observation, reference_period_basis="inferred")],
    "observation_period_matches_basis": [
        update(facts.observation, reference_period=None),
        update(facts.observation, reference_period_basis="not_stated"),
    ],
    "observation_inferred_base_has_reason": [
        late(lambda: update(facts.observation, base_period=facts.period(), base_period_basis="inferred"))
    ],
    "observation_base_matches_basis": [
        update(facts.observation, base_period_basis="stated"),
        late(lambda: update(facts.observation, base_period=facts.period())),
    ],
    "observation_inferred_area_has_reason": [update(facts.observation, area="CN", area_basis="inferred")],
    "observation_area_matches_basis": [
        update(facts.observation, area="CN"),
        update(facts.observation, area_basis="stated"),
    ],
    "observation_inferred_denominator_has_reason": [
        update(facts.observation, denominator="all mills", denominator_basis="inferred")
    ],
    "observation_denominator_matches_basis": [
        update(facts.observation, denominator="all mills"),
        update(facts.observation, denominator_basis="stated"),
    ],
    "observation_bounds_hold_something": [update(facts.observation, bounds="empty")],
    "commitment_deadline_has_date": [
        update(facts.commitment, deadline_on=None),
        update(facts.commitment, deadline_operator="none"),
    ],
    "commitment_target_whole": [
        update(facts.commitment, target_value=50),
        update(aim, target_comparator=None),
        update(aim, target_value=None),
        update(aim, target_bounds=None),
        update(aim, target_bounds="empty"),
        update(aim, target_unit=None),
    ],
    "claim_link_one_source": [
        other_links(source_observation=None),
        other_links(source_commitment=facts.commitment),
    ],
    "claim_link_one_target": [
        other_links(target_commitment=None),
        other_links(target_observation=facts.observation),
    ],
    **{
        f"{name}_two_persons": [
            update(make, reviewed_by=F("submitted_by")),
            update(make, reviewed_by=""),
            update(make, submitted_by=" "),
            update(make, state="withdrawn", reviewed_by=F("submitted_by")),
        ]
        for name, make in REVIEWED.items()
    },
    **{
        f"{name}_organization_matches_basis": [update(make, organization_basis="stated"), organized(make)]
        for name, make in STATEMENTS.items()
    },
    **{
        f"{name}_inferred_organization_has_reason": [organized(make, organization_basis="inferred")]
        for name, make in STATEMENTS.items()
    },
    **{f"{name}_locator_needs_work": [update(make, cited_work_locator="page 27")] for name, make in STATEMENTS.items()},
}
# Rules of the ledger's own tables are tested with the ledger, where revisions are opened with them.
BY_TRIGGER = ("_is_in_text", "_within_text", "_is_the_version", "_published_is_cited", "_in_its_segment")
ELSEWHERE = {
    "ledger_head_single_row",
    *(constraint.name for model in (Revision, Redaction) for constraint in model._meta.constraints),
}


def named_rules() -> set[str]:
    """Every check and uniqueness that a model or a migration gave a name of its own, and every rule of a trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        sources_of_functions = [source for (source,) in cursor.fetchall()]
    by_trigger = {name for source in sources_of_functions for name in re.findall("CONSTRAINT = '(.+?)'", source)}
    declared = {
        constraint.name
        for model in apps.get_models()
        if model._meta.app_label in {"briefings", "indicators", "ledger"}
        for constraint in model._meta.constraints
    }
    return declared | by_trigger


def vocabularies() -> set[str]:
    """The rules that a column holds a word of its vocabulary; they are tried all at once."""
    return {name for name in named_rules() - ELSEWHERE if name.endswith("_known")}


def test_every_named_rule_has_a_case() -> None:
    # Every vocabulary is tried in test_word_outside_its_vocabulary_is_refused_by_the_database.
    vocabularies = {name for name in named_rules() if name.endswith("_known")}

    assert named_rules() - ELSEWHERE - vocabularies == set(CASES) - vocabularies


def test_database_has_every_rule_of_the_models() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")
        present = {row[0] for row in cursor.fetchall()}
    by_trigger = {
        name
        for name in CASES
        if name.endswith(("_is_in_text", "_within_text", "_is_the_version", "_published_is_cited", "_in_its_segment"))
    }

    assert named_rules() - by_trigger - present == set()


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, breaks in CASES.items() for number in range(len(breaks))]
)
def test_rule_refuses_what_breaks_it(name: str, number: int) -> None:
    with pytest.raises(IntegrityError) as caught, change():
        CASES[name][number]()

    assert caught.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


def test_word_outside_its_vocabulary_is_refused_by_the_database(dataset: None) -> None:
    """Not only by forms: bulk writes and raw SQL reach the same columns."""
    taken = []
    for model in versioned_models():
        chosen = [field for field in model._meta.fields if field.choices]
        row = model._default_manager.first()
        assert row is not None or not chosen, f"no data in {model.__name__}"
        for field in chosen:
            assert row is not None
            word = "?" * min(field.max_length or 1, 5)
            try:
                with change():
                    model._default_manager.filter(pk=row.pk).update(**{field.name: word})
            except IntegrityError:
                continue
            taken.append(f"{model.__name__}.{field.name}")

    assert taken == []
