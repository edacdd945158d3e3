"""The feed: which revisions a page holds, what it says of facts, parts and redactions, and what it keeps to itself."""

import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from briefings.models import DocumentText
from greenapi.ledger import stretches
from greenapi.ledger.feed import Change, ChangedRevision
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass, LedgerHead, Redaction, Revision, Versioned
from greenapi.ledger.reading import reading
from greenapi.ledger.redaction import redact
from indicators import changes
from indicators.models import (
    CommitmentCitation,
    CommitmentEvent,
    EventCitation,
    IndicatorTopic,
    Observation,
    ObservationCitation,
    Unit,
)
from tests.factories import facts, sources
from tests.factories.revisions import change

from .following import Copy, Rows, followed, page_after, pages, public_rows


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


def test_pages_of_any_size_say_the_same(ledger_db: None) -> None:
    history()
    whole = followed()

    assert len(whole) > 8
    for size in (1, 2, 3):
        assert followed(revisions=size) == whole
        assert {len(page.revisions) for page in pages(revisions=size)} <= set(range(1, size + 1))


def test_copy_may_stop_and_start_again_at_every_revision(ledger_db: None) -> None:
    history()
    states: list[Rows] = [{}]
    copy = Copy()
    for changed in followed():
        copy.take(changed)
        states.append(dict(copy.rows))

    assert copy.rows == public_rows()
    for number, rows in enumerate(states):
        again = Copy(rows=dict(rows), number=number)
        for changed in followed(after=number):
            again.take(changed)
        assert again == copy
        with reading(as_of=number):
            assert rows == public_rows()


def test_page_at_the_head_is_empty_and_stays_there(ledger_db: None) -> None:
    with change():
        facts.unit()

    page = page_after(head())

    assert (page.revisions, page.last) == ([], head())


def test_resources_are_filtered_and_the_rest_is_passed_over(ledger_db: None) -> None:
    history()
    whole = followed()

    for names in ({"units"}, {"commitment-events", "event-citations"}, {"redactions"}, {"claim-links"}):
        expected = [
            (changed.revision.number, kept)
            for changed in whole
            if (kept := [change for change in changed.changes if change.resource in names])
        ]
        for size in (1, 1000):
            found = followed(revisions=size, resources=names)
            assert [(changed.revision.number, changed.changes) for changed in found] == expected
        assert [page.last for page in pages(resources=names)][-1] == head()


def test_change_classes_are_filtered(ledger_db: None) -> None:
    history()
    classes = {ChangeClass.RETRACTION, ChangeClass.REDACTION}
    expected = [each for each in followed() if each.revision.change_class in classes]

    assert {each.revision.change_class for each in expected} == classes
    assert followed(change_classes=classes) == expected
    assert followed(change_classes=classes, resources={"topics"}, revisions=1) == []
    assert followed(change_classes={"merge"}) == []


def test_filter_looks_only_so_far_ahead(ledger_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    history()
    whole = followed(resources={"units", "redactions"})
    assert len(whole) > 2

    for name, least in (("MOST_PASSED", 3), ("MOST_LOOKED_AT", 1)):
        with monkeypatch.context() as patch:
            patch.setattr(stretches, name, least)
            assert page_after(0, resources={"units", "redactions"}).last < head()
            assert followed(resources={"units", "redactions"}) == whole


def test_page_ends_early_with_whole_revisions(ledger_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "MOST_ROWS", 10)
    start = head()
    for rows in (4, 6, 1, 30, 2):
        with change():
            Unit.objects.bulk_create(units(rows))

    lengths = [[len(each.changes) for each in page.revisions] for page in pages(after=start)]
    of_units = [[len(each.changes) for each in page.revisions] for page in pages(after=start, resources={"units"})]

    assert lengths == [[4, 6], [1], [30], [2]]
    assert of_units == lengths


def units(number: int) -> list[Unit]:
    made = (uuid7() for _ in range(number))
    return [Unit(id=identity, slug=f"u-{identity}", name="u", quantity="ratio") for identity in made]


def test_revision_of_ten_thousand_rows_comes_whole(ledger_db: None) -> None:
    with change():
        Unit.objects.bulk_create(units(10_001))
    with change():
        facts.unit()

    first, second = pages(after=head() - 2)

    assert [len(each.changes) for each in first.revisions] == [10_001]
    assert [each.revision.number for each in second.revisions] == [head()]


def test_queries_do_not_grow_with_the_page(ledger_db: None) -> None:
    history()

    def queries(*, revisions: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            page_after(0, revisions=revisions)
        return len(captured)

    assert queries(revisions=5) <= queries(revisions=1000) <= 14


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
