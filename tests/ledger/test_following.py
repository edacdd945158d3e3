"""Whoever does what the feed says has exactly what is public: random drafts, publications, edits and redactions."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.links import pointing_to
from greenapi.ledger.models import ChangeClass, LedgerHead, Versioned
from greenapi.ledger.reading import reading
from greenapi.ledger.redaction import RedactionError, redact
from indicators.models import (
    ClaimLink,
    Commitment,
    CommitmentCitation,
    CommitmentEvent,
    EventCitation,
    Observation,
    ObservationCitation,
    Unit,
)
from tests.factories import facts, sources
from tests.factories.revisions import change

from .following import Copy, followed, public_rows

FACTS: list[type[Any]] = [Observation, Commitment, CommitmentEvent, ClaimLink]
NOTED: list[type[Any]] = [Observation, Commitment, ClaimLink]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that is done: to which sort of fact, to which of them, and with what."""

    verb: str
    sort: int
    pick: int
    other: int
    state: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The records of one example."""

    observations: list[Observation]
    commitments: list[Commitment]
    events: list[CommitmentEvent]
    link: ClaimLink
    unit: Unit

    def facts(self, model: type[Any]) -> QuerySet[Any]:
        """The facts of a model that are still there."""
        made: dict[type[Versioned], Sequence[Versioned]] = {
            Observation: self.observations,
            Commitment: self.commitments,
            CommitmentEvent: self.events,
        }
        rows = made.get(model, [self.link])
        found: QuerySet[Any] = model._default_manager.filter(pk__in=[row.pk for row in rows])
        return found

    def nth(self, model: type[Any], pick: int) -> Any:
        """One of the facts of a model; None when all are gone."""
        there = list(self.facts(model).order_by("pk"))
        return there[pick % len(there)] if there else None


steps = st.builds(
    Step,
    verb=st.sampled_from(["state", "state", "state", "note", "cite", "move", "rename"]),
    sort=st.integers(0, 3),
    pick=st.integers(0, 1),
    other=st.integers(0, 1),
    state=st.sampled_from(["draft", "in_review", "published", "published", "withdrawn"]),
    word=st.sampled_from(["", "a", "ü “b”\n\t\\\x01", "[redacted]"]),
)
removals = st.builds(
    Step,
    verb=st.sampled_from(["mask", "remove"]),
    sort=st.integers(0, 3),
    pick=st.integers(0, 1),
    other=st.just(0),
    state=st.just(""),
    word=st.just(""),
)


def build() -> Stage:
    """Two observations, two commitments with an event each, and a link; some public and some not."""
    with change():
        unit = facts.unit()
        observations = [
            facts.observation(published=bool(turn), indicator=facts.indicator(unit=unit)) for turn in (0, 1)
        ]
        commitments = [facts.commitment(published=bool(turn)) for turn in (0, 1)]
        events = [facts.event(of=each, fulfilment="kept", published=True) for each in commitments]
        link = facts.evidence(source=observations[1], target=commitments[1], published=False)
    return Stage(observations=observations, commitments=commitments, events=events, link=link, unit=unit)


def perform(step: Step, stage: Stage) -> None:
    """Does one step; nothing when its fact is gone."""
    noted = stage.nth(NOTED[step.sort % len(NOTED)], step.pick)
    match step.verb:
        case "state":
            found = stage.nth(FACTS[step.sort], step.pick)
            stage.facts(FACTS[step.sort]).filter(pk=found and found.pk).update(
                state=step.state, submitted_by="ada", reviewed_by="bea"
            )
        case "note" if noted is not None:
            noted.note = step.word
            noted.save()
        case "cite":
            toggle_citation(stage.nth([Observation, Commitment, CommitmentEvent][step.sort % 3], step.pick))
        case "move":
            event, owner = stage.nth(CommitmentEvent, step.pick), stage.nth(Commitment, step.other)
            if event is not None and owner is not None:
                event.commitment = owner
                event.save()
        case "rename":
            Unit.objects.filter(pk=stage.unit.pk).update(name=f"Unit {step.word}")


def toggle_citation(fact: Any) -> None:
    """Takes away a second citation of a fact, or gives it one."""
    links: QuerySet[Any]
    values: dict[str, Any]
    match fact:
        case Observation():
            links, version = ObservationCitation.objects.filter(observation=fact, part="period"), fact.segment
            values = {"observation": fact, "part": "period"}
        case Commitment():
            links, version = CommitmentCitation.objects.filter(commitment=fact, part="deadline"), fact.segment
            values = {"commitment": fact, "part": "deadline"}
        case CommitmentEvent():
            links, version = EventCitation.objects.filter(event=fact), fact.commitment.segment
            values = {"event": fact}
        case _:
            return
    if not links.delete()[0]:
        citation = sources.citation(of=version.document_version, exact="In 2030")
        links.model.objects.create(id=uuid7(), citation=citation, **values)


def take_away(step: Step, stage: Stage) -> None:
    """Redacts the note of a fact, or the whole fact with everything that hangs on it."""
    if step.verb == "mask":
        noted = stage.nth(NOTED[step.sort % len(NOTED)], step.pick)
        if noted is None:
            return
        # Nothing is redacted where no note was ever taken.
        with suppress(RedactionError), transaction.atomic():
            redact(type(noted), noted.pk, fields=["note"], authority="a court", reason="a name")
        return
    fact = stage.nth(FACTS[step.sort], step.pick)
    if fact is not None:
        remove(type(fact), fact.pk)


def remove(model: type[Versioned], record: UUID) -> None:
    """Redacts a record as a whole, after all that point to it or ever did."""
    for pointer in pointing_to(model, record, ever=True, parts=False):
        remove(pointer.model, pointer.id)
    redact(model, record, authority="a court", reason="it was never said")


@given(history=st.lists(st.one_of(st.lists(steps, min_size=1, max_size=4), removals), min_size=1, max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_copy_kept_by_the_feed_is_what_is_public(ledger_db: None, history: list[list[Step] | Step]) -> None:
    """One copy is kept at every revision; another is made at the end, and compared with every past there was."""
    start = LedgerHead.objects.get().number
    kept = Copy(rows=public_rows(), number=start)
    late = Copy(rows=dict(kept.rows), number=start)
    stage = build()
    for what in history:
        match what:
            case Step():
                with change(change_class=ChangeClass.REDACTION):
                    take_away(what, stage)
            case _:
                with change():
                    for step in what:
                        perform(step, stage)
        for changed in followed(after=kept.number):
            kept.take(changed)
        assert kept.rows == public_rows()

    for changed in followed(after=start, revisions=2):
        late.take(changed)
        with reading(as_of=late.number):
            assert late.rows == public_rows()
    assert late == kept
