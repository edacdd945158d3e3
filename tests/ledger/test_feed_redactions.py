"""What the feed says of redactions, and what it says no more."""

from briefings.models import DocumentText
from greenapi.ledger.models import ChangeClass, Redaction
from greenapi.ledger.redaction import redact
from indicators.models import (
    CommitmentEvent,
    EventCitation,
    Observation,
    ObservationCitation,
    Unit,
)
from tests.factories import facts, sources
from tests.factories.revisions import change

from .following import Copy, followed, public_rows
from .telling import head, newest, pledge, said


def test_redacted_field_is_gone_from_every_revision(ledger_db: None) -> None:
    with change():
        unit = facts.unit(name="Jane Roe")
        other = facts.unit(name="kept")
    with change():
        Unit.objects.filter(pk=unit.pk).update(symbol="§")
    with change(change_class=ChangeClass.REDACTION):
        tombstone = redact(Unit, unit.pk, fields=["name"], authority="a court", reason="a person's name")

    first, second, third = followed(after=head() - 3)

    assert "Jane Roe" not in str([first, second, third])
    for changed in (first, second):
        (row,) = [change.row for change in changed.changes if change.id == unit.id]
        assert row is not None
        assert (row.values["name"], row.salt, row.redacted_in) == ("[redacted]", None, head())
    assert said(third) == [("insert", "redactions", tombstone.id), ("redact", "units", unit.id)]
    redacted = third.changes[1]
    assert redacted.fields == ["name"]
    assert redacted.row is not None
    assert (redacted.row.values["name"], redacted.row.values["symbol"]) == ("[redacted]", "§")
    assert (redacted.row.redacted_in, redacted.row.number) == (None, head())
    (spared,) = [change.row for change in first.changes if change.id == other.id]
    assert spared is not None
    assert spared.redacted_in is None


def test_redaction_of_older_values_alone_comes_with_what_stands(ledger_db: None) -> None:
    with change():
        unit = facts.unit(symbol="Jane Roe")
    with change():
        Unit.objects.update(symbol="[redacted]")
    with change(change_class=ChangeClass.REDACTION):
        redact(Unit, unit.pk, fields=["symbol"], authority="a court", reason="a name")
    (found,) = [change for change in newest().changes if change.op == "redact"]

    assert found.row is not None
    assert found.row.values["symbol"] == "[redacted]"
    assert found.row.number < head(), "this revision recorded no version of it"


def test_removed_fact_comes_no_more_and_its_parts_go(ledger_db: None) -> None:
    with change():
        fact = facts.observation()
    start = head()
    kept = Copy(rows=public_rows(), number=start)
    parts = list(ObservationCitation.objects.values_list("id", flat=True))
    with change(change_class=ChangeClass.REDACTION):
        redact(Observation, fact.pk, authority="a court", reason="it was never said")

    tombstones = Redaction.objects.order_by("id").values_list("id", flat=True)
    assert said(newest()) == [
        ("redact", "observation-citations", parts[0]),
        ("redact", "observations", fact.id),
        *(("insert", "redactions", tombstone) for tombstone in tombstones),
    ]
    assert [change.fields for change in newest().changes if change.op == "redact"] == [[], []]
    kept.take(newest())
    assert kept.rows == public_rows()
    before = [key for changed in followed()[:-1] for key in said(changed)]
    assert {fact.id, *parts}.isdisjoint(identity for _, _, identity in before)


def test_removed_event_takes_its_evidence_along(ledger_db: None) -> None:
    with change():
        commitment, event, _ = pledge()
        type(commitment).objects.update(state="published", submitted_by="ada", reviewed_by="bea")
    evidence = EventCitation.objects.get()
    with change(change_class=ChangeClass.REDACTION):
        redact(CommitmentEvent, event.pk, authority="a court", reason="it never happened")

    assert said(newest(), "commitment-events", "event-citations") == [
        ("redact", "commitment-events", event.id),
        ("redact", "event-citations", evidence.id),
    ]
    assert evidence.id not in [identity for changed in followed()[:-1] for _, _, identity in said(changed)]


def test_part_that_was_hidden_before_its_owner_was_removed_is_told_of_by_its_tombstone_alone(ledger_db: None) -> None:
    with change():
        commitment = facts.commitment()
        facts.event(of=commitment, fulfilment="kept")
    with change():
        CommitmentEvent.objects.update(state="draft")
    with change(change_class=ChangeClass.REDACTION):
        redact(CommitmentEvent, CommitmentEvent.objects.get().pk, authority="a court", reason="it was never said")
        redact(type(commitment), commitment.pk, authority="a court", reason="it was never said")

    told = [key for changed in followed() for key in said(changed, "commitment-events")]
    assert [op for op, _, _ in told] == ["redact"]


def test_removed_record_that_is_not_reviewed_comes_no_more(ledger_db: None) -> None:
    with change():
        unit = facts.unit()
    with change(change_class=ChangeClass.REDACTION):
        redact(Unit, unit.pk, authority="a court", reason="a name")

    assert [op for changed in followed() for op, resource, _ in said(changed, "units")] == ["redact"]
    assert newest().changes[-1].row is None


def test_redaction_of_a_withdrawn_fact_reaches_those_who_keep_the_past(ledger_db: None) -> None:
    with change():
        fact = facts.observation(note="Jane Roe")
    with change():
        Observation.objects.update(state="withdrawn")
    with change(change_class=ChangeClass.REDACTION):
        redact(Observation, fact.pk, fields=["note"], authority="a court", reason="a name")

    (found,) = [change for change in newest().changes if change.op == "redact"]
    assert (found.id, found.fields, found.row) == (fact.id, ["note"], None)
    assert "Jane Roe" not in str(followed())


def test_redaction_of_a_text_shows_the_tombstone_alone(ledger_db: None) -> None:
    with change():
        version = sources.version()
    with change(change_class=ChangeClass.REDACTION):
        text = DocumentText.objects.get(version=version)
        redact(DocumentText, text.pk, authority="the publisher", reason="asked to")

    assert said(newest()) == [("insert", "redactions", Redaction.objects.get().id)]
