"""The feed: which revisions a page holds, what it says of facts, parts and redactions, and what it keeps to itself."""

import hashlib
import json

import pytest
from django.db import connection

from briefings.models import DocumentText
from greenapi.ledger.feed import Change
from greenapi.ledger.models import LedgerHead, Revision
from indicators import changes
from indicators.models import (
    CommitmentEvent,
    EventCitation,
    IndicatorTopic,
    Observation,
    ObservationCitation,
    Unit,
)
from tests.factories import facts, sources
from tests.factories.revisions import change

from .following import followed
from .telling import head, newest, pledge, said


def test_every_revision_comes_in_order_with_its_hashes(ledger_db: None) -> None:
    for name in ("a", "b", "c"):
        with change(actor=f"ada {name}", reason=f"because {name}"):
            facts.unit(name=name)

    found = followed()

    assert [each.revision for each in found] == list(Revision.objects.order_by("number"))
    ledger_id = str(LedgerHead.objects.get().ledger_id)
    hashes = [bytes(each.revision.hash or b"") for each in found]
    assert [each.previous_hash for each in found] == [hashlib.sha256(ledger_id.encode()).digest(), *hashes[:-1]]
    names = [change.row.values["name"] for each in found for change in each.changes if change.row]
    assert names[-3:] == ["a", "b", "c"]


def test_row_says_what_the_version_was_sealed_with(ledger_db: None) -> None:
    with change():
        unit = facts.unit(name="t\t“ü”\\ 😀\x7f", symbol="")

    (found,) = newest().changes

    assert found.row is not None
    assert found.row.values == {
        "id": str(unit.id),
        "slug": unit.slug,
        "name": "t\t“ü”\\ 😀\x7f",
        "symbol": "",
        "definition": "",
        "quantity": "ratio",
    }
    sealed = {"op": found.row.op, "row": found.row.values, "table": found.table}
    text = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert found.row.hash == hashlib.sha256(f"{found.row.salt}{text}".encode()).digest()
    assert (found.row.number, found.row.op, found.row.redacted_in) == (head(), "I", None)


def test_draft_is_not_shown_but_its_revision_is(ledger_db: None) -> None:
    with change():
        shown = facts.indicator()
    with change(reason="a draft"):
        draft = facts.observation(published=False, indicator=shown)
        hidden = {draft.id, *ObservationCitation.objects.values_list("id", flat=True)}
    with change(reason="another"):
        Observation.objects.update(note="secret")

    first, second = followed(after=head() - 2)

    assert (first.revision.reason, second.revision.reason) == ("a draft", "another")
    assert first.changes != []
    assert hidden.isdisjoint(change.id for change in first.changes)
    assert second.changes == []
    assert "secret" not in str(followed())


def test_text_of_a_document_is_never_shown(ledger_db: None) -> None:
    with change():
        sources.version(text="Nobody may read this.")

    assert DocumentText.objects.count() == 1
    assert {resource for _, resource, _ in said(newest())} == {"briefings", "documents", "document-versions"}
    assert "Nobody may read this" not in str(followed())


def test_published_fact_comes_with_its_parts_and_goes_with_them(ledger_db: None) -> None:
    with change():
        commitment, _, parts = pledge()
    drafted = head()
    with change():
        type(commitment).objects.update(state="published", submitted_by="ada", reviewed_by="bea")
    published = newest()
    with change():
        type(commitment).objects.update(note="edited")
    edited = newest()
    with change():
        type(commitment).objects.update(state="withdrawn")
    withdrawn = newest()

    keys = sorted((part.resource, part.id) for part in [commitment, *parts])
    assert said(published) == [("insert", *key) for key in keys]
    assert {change.row.number for change in published.changes if change.row and change.id != commitment.id} == {drafted}
    assert said(edited) == [("update", "commitments", commitment.id)]
    assert said(withdrawn) == [("delete", *key) for key in keys]
    assert {change.row for change in withdrawn.changes} == {None}


def test_part_needs_every_owner_to_be_public(ledger_db: None) -> None:
    with change():
        commitment, event, _ = pledge()
        type(commitment).objects.update(state="published", submitted_by="ada", reviewed_by="bea")
    evidence = EventCitation.objects.get()
    with change():
        CommitmentEvent.objects.update(state="draft")
    hidden = newest()
    with change():
        EventCitation.objects.update(citation=sources.citation(of=sources.version()))
    unseen = newest()
    with change():
        CommitmentEvent.objects.update(state="published")
    shown = newest()

    assert said(hidden) == [("delete", "commitment-events", event.id), ("delete", "event-citations", evidence.id)]
    assert said(unseen, "event-citations") == []
    assert said(shown) == [("insert", "commitment-events", event.id), ("insert", "event-citations", evidence.id)]


def test_part_is_not_told_of_before_it_was_there(ledger_db: None) -> None:
    with change():
        commitment = facts.commitment()
    with change():
        type(commitment).objects.update(note="edited")
    with change():
        event = facts.event(of=commitment, fulfilment="kept")

    told = [(changed.revision.number, *key) for changed in followed() for key in said(changed, "commitment-events")]
    assert told == [(head(), "insert", "commitment-events", event.id)]


def test_part_that_moves_between_owners_goes_and_comes(ledger_db: None) -> None:
    with change():
        public, draft = facts.commitment(), facts.commitment(published=False)
        event = facts.event(of=public, fulfilment="kept")
    said_of_it = []
    for owner in (draft, public):
        with change():
            CommitmentEvent.objects.update(commitment=owner)
        said_of_it.append(said(newest()))

    assert said_of_it == [[("delete", "commitment-events", event.id)], [("insert", "commitment-events", event.id)]]


def test_link_rows_are_inserted_updated_and_deleted(ledger_db: None) -> None:
    with change():
        indicator, topic, other = facts.indicator(), facts.topic(), facts.topic()
        changes.set_topics(indicator, topics=[topic])
    link = IndicatorTopic.objects.get()
    inserted = newest()
    with change():
        IndicatorTopic.objects.update(topic=other)
    updated = newest()
    with change():
        IndicatorTopic.objects.all().delete()
    deleted = newest()

    assert said(inserted, "indicator-topics") == [("insert", "indicator-topics", link.id)]
    assert said(updated) == [("update", "indicator-topics", link.id)]
    assert updated.changes[0].row is not None
    assert updated.changes[0].row.values["topic_id"] == str(other.id)
    assert deleted.changes == [
        Change(
            table="indicator_topic",
            resource="indicator-topics",
            id=link.id,
            op="delete",
            fields=None,
            row=None,
        )
    ]


def test_row_deleted_and_inserted_again_is_updated(ledger_db: None) -> None:
    with change():
        unit = facts.unit(name="before")
    with change():
        Unit.objects.all().delete()
        Unit(id=unit.id, slug=unit.slug, name="after", quantity="ratio").save()
    again = newest()
    with change():
        Unit.objects.all().delete()
    with change():
        Unit(id=unit.id, slug=unit.slug, name="later", quantity="ratio").save()

    assert said(again) == [("update", "units", unit.id)]
    assert said(newest()) == [("insert", "units", unit.id)]


def test_revision_that_left_nothing_is_delivered_empty(ledger_db: None) -> None:
    with change():
        unit = facts.unit()
        unit.delete()

    assert newest().changes == []
    assert newest().revision.number == head()


def test_renamed_column_decides_over_older_versions(ledger_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link and a state that had other names once: what was recorded under these still counts."""
    with change():
        facts.observation()
    with connection.cursor() as cursor:
        # As a renaming would have left the table of versions: the values under the earlier names.
        cursor.execute(
            "ALTER TABLE observation_version RENAME state TO standing;ALTER TABLE observation_version ADD state varchar"
        )
        cursor.execute("ALTER TABLE observation_citation_version RENAME observation_id TO fact_id")
        cursor.execute("ALTER TABLE observation_citation_version ADD observation_id uuid")
    monkeypatch.setattr(Observation, "renamed_columns", {"state": "standing"})
    monkeypatch.setattr(ObservationCitation, "renamed_columns", {"observation_id": "fact_id"})

    shown = said(newest(), "observations", "observation-citations")

    assert [(op, resource) for op, resource, _ in shown] == [
        ("insert", "observation-citations"),
        ("insert", "observations"),
    ]
