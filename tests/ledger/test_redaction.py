"""Redaction: the value is gone from everything that can be asked or dumped, and the rest stays proved."""

import hashlib

import pytest
from django.db import IntegrityError, connection, transaction

from briefings.models import Citation, DocumentText, DocumentVersion, Speaker
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass, Redaction
from greenapi.ledger.reading import reading
from greenapi.ledger.redaction import RedactionError, redact
from greenapi.ledger.verification import Finding
from greenapi.ledger.versioning import install
from indicators import changes
from indicators.models import Observation, ObservationCitation, Unit
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change
from tests.ledger.wholeness import first_broken

from .redacting import SECRET, SLUG, WORDS, dump, execute, holding, known_speaker, redacted, redacting, versions
from .second_writer import RolledBackError


@pytest.fixture
def speaker(ledger_db: None) -> Speaker:
    return known_speaker()


def test_value_is_gone_from_every_table_and_every_answer(speaker: Speaker, api: ContractClient) -> None:
    assert holding(SECRET, SLUG) == ["speaker", "speaker_version"]
    lists = [f"/api/v1/speakers?{query}" for query in (f"name={SECRET}", f"name__contains={SECRET}", f"slug={SLUG}")]
    assert len(api.get(f"{lists[0]}&as_of=1").json()["results"]) == 1

    tombstone = redacted(Speaker, speaker.pk, "name", "slug", "note")

    assert holding(SECRET, SLUG) == []
    for as_of in ("", "&as_of=1", "&as_of=2", "&as_of=3", "&as_of=4"):
        assert [api.get(f"{path}{as_of}").json()["results"] for path in lists] == [[], [], []]
        answer = api.get(f"/api/v1/speakers?page_size=10{as_of}")
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode() and SLUG not in answer.content.decode()
    assert api.get(f"/api/v1/speakers/{SLUG}?as_of=1").status_code == 404
    assert first_broken() is None
    assert (tombstone.table_name, tombstone.record_id, tombstone.fields) == (
        "speaker",
        speaker.pk,
        ["name", "note", "slug"],
    )
    assert (tombstone.revision, tombstone.authority, tombstone.reason) == (4, "Court of Springfield", "Order 7/26")


def test_past_shows_masks_where_values_stood(speaker: Speaker, api: ContractClient) -> None:
    redacted(Speaker, speaker.pk, "name", "slug", "note")

    slug = f"redacted-{speaker.pk}"
    seen = [api.get(f"/api/v1/speakers/{slug}?as_of={number}").json() for number in (1, 2, 3, 4)]
    assert [(each["name"], each["note"]) for each in seen] == [
        ("[redacted]", "[redacted]"),
        # What was empty stays so.
        ("[redacted]", ""),
        ("[redacted]", "[redacted]"),
        ("[redacted]", "[redacted]"),
    ]


def test_versions_that_held_nothing_of_it_keep_their_seal(ledger_db: None) -> None:
    with change():
        made = sources.speaker(note=SECRET)
    with change():
        Speaker.objects.filter(pk=made.pk).update(note="")
    with change():
        Speaker.objects.filter(pk=made.pk).update(name="Another")
    redacted(Speaker, made.pk, "note")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rev_from, rev_redacted, rev_salt IS NULL FROM speaker_version WHERE id = %s ORDER BY 1", [made.pk]
        )
        assert cursor.fetchall() == [(1, 4, True), (2, None, False), (3, None, False)]
    assert first_broken() is None


def test_withdrawn_fact_stays_readable_in_the_past(ledger_db: None, api: ContractClient) -> None:
    with change():
        fact = facts.observation(note=SECRET)
    with change(change_class=ChangeClass.RETRACTION):
        changes.withdraw(fact)

    assert api.get(f"/api/v1/observations/{fact.pk}").status_code == 404
    assert api.get(f"/api/v1/observations/{fact.pk}?as_of=1").json()["note"] == SECRET


def test_whole_fact_goes_with_its_citations(ledger_db: None, api: ContractClient) -> None:
    with change():
        fact, other = facts.observation(note=SECRET), facts.observation()
        link = fact.cited_parts.get()
    with change():
        # A part that it has no more goes too.
        gone = ObservationCitation.objects.create(id=uuid7(), observation=fact, part="scope", citation=link.citation)
    with change():
        ObservationCitation.objects.filter(pk=gone.pk).delete()
    redacted(Observation, fact.pk)

    assert holding(SECRET) == []
    assert {(each.table_name, each.record_id) for each in Redaction.objects.all()} == {
        ("observation", fact.pk),
        ("observation_citation", link.pk),
        ("observation_citation", gone.pk),
    }
    for as_of in (1, 2, 3):
        listed = api.get(f"/api/v1/observations?as_of={as_of}").json()["results"]
        assert [row["id"] for row in listed] == [str(other.pk)]
    assert ObservationCitation.objects.filter(observation=other).count() == 1
    assert first_broken() is None


def test_record_is_redacted_that_was_deleted_before(ledger_db: None) -> None:
    with change():
        blanked, removed = facts.unit(name=SECRET).pk, facts.unit(name=SECRET).pk
    with change():
        Unit.objects.all().delete()
    redacted(Unit, blanked, "name")
    redacted(Unit, removed)

    assert holding(SECRET) == []
    assert versions(Unit, blanked) == {1: "[redacted]", 2: None}
    assert versions(Unit, removed) == {1: None, 2: None}
    assert first_broken() is None


def test_second_redaction_takes_other_fields(speaker: Speaker) -> None:
    redacted(Speaker, speaker.pk, "name")
    redacted(Speaker, speaker.pk, "note", "slug")

    assert holding(SECRET, SLUG) == []
    assert first_broken() is None


def test_field_is_redacted_again_after_it_was_given_another_value(speaker: Speaker) -> None:
    redacted(Speaker, speaker.pk, "name")
    with pytest.raises(RedactionError, match="no older version holds anything"):
        redacted(Speaker, speaker.pk, "name")
    with change():
        Speaker.objects.filter(pk=speaker.pk).update(name="Known Otherwise")
    redacted(Speaker, speaker.pk, "name")

    assert versions(Speaker, speaker.pk) == dict.fromkeys(range(1, 7), "[redacted]")
    assert first_broken() is None


def test_whole_record_is_redacted_after_a_field(ledger_db: None) -> None:
    with change():
        unit = facts.unit(name=SECRET, definition="A thing.")
    redacted(Unit, unit.pk, "name")
    redacted(Unit, unit.pk)

    assert holding("A thing.") == []
    assert versions(Unit, unit.pk) == {1: None, 2: None, 3: None}
    assert first_broken() is None


def test_revision_may_change_and_redact(ledger_db: None) -> None:
    with change():
        unit = facts.unit(name=SECRET)
    with redacting():
        Unit.objects.filter(pk=unit.pk).update(name=f"{SECRET} II")
        other = facts.unit(name="other")
        redact(Unit, unit.pk, fields=["name"], **WORDS)
        Unit.objects.filter(pk=unit.pk).update(symbol="x")

    assert holding(SECRET) == []
    assert versions(Unit, unit.pk) == {1: "[redacted]", 2: "[redacted]"}
    assert versions(Unit, other.pk) == {2: "other"}
    assert first_broken() is None


def test_several_records_are_redacted_in_one_revision(ledger_db: None) -> None:
    with change():
        first, second = facts.unit(name=SECRET), facts.unit(name=SECRET)
    with redacting():
        redact(Unit, first.pk, fields=["name"], **WORDS)
        redact(Unit, second.pk, **WORDS)
        with pytest.raises(RedactionError, match="all its fields are named at once"), transaction.atomic():
            redact(Unit, first.pk, fields=["slug"], **WORDS)

    assert holding(SECRET) == []
    assert first_broken() is None


def test_redaction_that_is_rolled_back_leaves_everything(speaker: Speaker) -> None:
    before = dump()
    with pytest.raises(RolledBackError), redacting():  # noqa: PT012
        redact(Speaker, speaker.pk, fields=["name", "slug"], **WORDS)
        raise RolledBackError

    assert dump() == before
    assert first_broken() is None


def test_byte_changed_in_a_redacted_version_is_found(speaker: Speaker) -> None:
    redacted(Speaker, speaker.pk, "name", "slug")
    execute("ALTER TABLE speaker_version DISABLE TRIGGER USER")
    execute("UPDATE speaker_version SET note = 'Forged.' WHERE rev_from = 1")

    assert first_broken() == Finding(
        revision=4, problem=f"what is left of speaker {speaker.pk} is not what the redaction left"
    )


def test_byte_changed_in_a_version_redacted_twice_is_found(speaker: Speaker) -> None:
    redacted(Speaker, speaker.pk, "name")
    redacted(Speaker, speaker.pk, "slug")
    execute("ALTER TABLE speaker_version DISABLE TRIGGER USER")
    execute("UPDATE speaker_version SET note = 'Forged.' WHERE rev_from = 1")

    assert first_broken() == Finding(
        revision=5, problem=f"what is left of speaker {speaker.pk} is not what the redaction left"
    )


def test_value_is_redacted_under_the_earlier_name_of_its_column(
    ledger_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with change():
        unit = facts.unit(name=SECRET)
    execute("ALTER TABLE unit_version RENAME COLUMN name TO called")
    monkeypatch.setattr(Unit, "renamed_columns", {"name": "called"})
    install(connection)
    redacted(Unit, unit.pk, "name")

    assert holding(SECRET) == []
    with reading(as_of=1):
        assert Unit.objects.get(pk=unit.pk).name == "[redacted]"
    assert first_broken() is None


def test_value_is_redacted_of_a_field_that_is_no_more(ledger_db: None) -> None:
    execute("ALTER TABLE unit ADD COLUMN inventor text")
    install(connection)
    with change():
        unit = facts.unit()
        execute("UPDATE unit SET inventor = %s", SECRET)
    execute("ALTER TABLE unit DROP COLUMN inventor")
    install(connection)
    redacted(Unit, unit.pk, "inventor")

    assert holding(SECRET) == []
    assert first_broken() is None


def test_held_text_goes_and_then_the_words_of_its_citations(ledger_db: None, api: ContractClient) -> None:
    text = f"{SECRET}: We will reach half by 2040.\n"
    with change():
        version = sources.version(text=text)
        citation = sources.citation(of=version, exact=SECRET, start=0)
    with pytest.raises(IntegrityError, match="the text from 0 to 18 is"):
        redacted(Citation, citation.pk, "exact")
    redacted(DocumentText, DocumentText.objects.get(version=version).pk)
    redacted(Citation, citation.pk, "exact")

    assert holding(SECRET) == []
    for as_of in (1, 2, 3):
        shown = api.get(f"/api/v1/document-versions/{version.sha256}?as_of={as_of}").json()
        assert (shown["held"], shown["text"]) == (False, None)
        cited = api.get(f"/api/v1/citations/{citation.pk}?as_of={as_of}").json()
        assert (cited["exact"], cited["end"], cited["excerpt"]) == ("█" * len(SECRET), len(SECRET), None)
    assert DocumentVersion.objects.get().sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert first_broken() is None


def test_mask_of_a_citation_is_as_long_as_each_version_of_it(ledger_db: None) -> None:
    with change():
        citation = sources.citation(of=sources.version(held=False), exact=SECRET, start=0)
    with change():
        Citation.objects.filter(pk=citation.pk).update(exact="Zofia", end=5)
    redacted(Citation, citation.pk, "exact")

    assert versions(Citation, citation.pk, column="exact") == {1: "█" * len(SECRET), 2: "█" * 5, 3: "█" * 5}


def test_persons_of_a_fact_stay_two(ledger_db: None) -> None:
    with change():
        fact = facts.observation(submitted_by=SECRET, reviewed_by=f"{SECRET} II")
    redacted(Observation, fact.pk, "submitted_by", "reviewed_by")

    found = Observation.objects.get()
    assert (found.submitted_by, found.reviewed_by) == ("[redacted submitter]", "[redacted reviewer]")
    assert holding(SECRET) == []
