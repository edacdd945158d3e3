"""What tests of the feed put into a ledger, and how they ask what it tells."""

from typing import Any
from uuid import UUID

from greenapi.ledger.feed import ChangedRevision
from greenapi.ledger.models import ChangeClass, LedgerHead, Versioned
from greenapi.ledger.redaction import redact
from indicators import changes
from indicators.models import (
    CommitmentCitation,
    CommitmentEvent,
    EventCitation,
    Unit,
)
from tests.factories import facts, sources
from tests.factories.revisions import change

from .following import followed


def head() -> int:
    return LedgerHead.objects.get().number


def newest() -> ChangedRevision:
    """What the feed says of the newest revision."""
    (changed,) = followed(after=head() - 1)
    return changed


def said(changed: ChangedRevision, *resources: str) -> list[tuple[str, str, UUID]]:
    """(op, resource, id) of the changes, only of these resources if any are named."""
    return [
        (change.op, change.resource, change.id)
        for change in changed.changes
        if not resources or change.resource in resources
    ]


def pledge() -> tuple[Any, CommitmentEvent, list[Versioned]]:
    """A draft of a commitment with a published event and its evidence, and the parts of it."""
    commitment = facts.commitment(published=False)
    event = facts.event(of=commitment, fulfilment="kept")
    place = sources.citation(of=commitment.segment.document_version, exact="In 2030")
    changes.cite_evidence(event, citations=[place])
    return commitment, event, [*CommitmentCitation.objects.all(), event, *EventCitation.objects.all()]


def history() -> None:
    """Drafts, publication, edits of citations, withdrawal, deletes of link rows and redactions."""
    with change():
        unit, topic = facts.unit(symbol="Jane"), facts.topic()
        indicator = facts.indicator(unit=unit)
    with change():
        draft = facts.observation(published=False, indicator=indicator)
    with change():
        changes.submit(draft, by="ada")
    with change():
        changes.publish(draft, by="bea")
        changes.set_topics(indicator, topics=[topic])
    with change(change_class=ChangeClass.OUR_CORRECTION):
        version = draft.segment.document_version
        parts = [("value", sources.citation(of=version)), ("period", sources.citation(of=version, exact="In 2030"))]
        changes.cite(draft, parts=parts)
    with change():
        commitment, _, _ = pledge()
    with change():
        changes.submit(commitment, by="ada")
    with change():
        changes.publish(commitment, by="bea")
        facts.evidence(source=draft, target=commitment)
    with change(change_class=ChangeClass.OUR_CORRECTION):
        changes.set_topics(indicator, topics=[])
        EventCitation.objects.all().delete()
    with change(change_class=ChangeClass.RETRACTION):
        changes.withdraw(draft)
    with change(change_class=ChangeClass.REDACTION):
        redact(Unit, unit.pk, fields=["symbol"], authority="a court", reason="a name")
    with change():
        Unit.objects.update(name="the end")
