"""Redaction refused: what would leave the past broken, what the operator should say otherwise, and every forgery."""

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from briefings.models import Segment, Speaker
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass, LedgerHead, Redaction, Revision
from greenapi.ledger.redaction import RedactionError, redact
from greenapi.ledger.revisions import NoRevisionError
from indicators.models import CommitmentEvent, Observation, Unit
from tests.application import application_role
from tests.factories import facts, sources
from tests.factories.revisions import change
from tests.ledger.wholeness import first_broken

from .redacting import SECRET, WORDS, dump, execute, holding, known_speaker, redacted, redacting


@pytest.fixture
def speaker(ledger_db: None) -> Speaker:
    return known_speaker()


def test_whole_record_that_others_point_to_is_refused_and_they_are_named(ledger_db: None) -> None:
    with change():
        speaker, other = sources.speaker(name=SECRET), sources.speaker()
        segment = sources.segment(speaker=speaker)
    with change():
        Segment.objects.filter(pk=segment.pk).update(speaker=other)

    # In the past it points there still: an answer about it would miss what it names.
    with pytest.raises(RedactionError, match=f"segments {segment.pk}"):
        redacted(Speaker, speaker.pk)
    assert Redaction.objects.count() == 0


def test_event_keeps_its_commitment_from_going_alone(ledger_db: None) -> None:
    with change():
        pledge = facts.commitment(title=SECRET)
        event = facts.event(of=pledge, fulfilment="kept")
    with pytest.raises(RedactionError, match=f"commitment-events {event.pk}"):
        redacted(type(pledge), pledge.pk)
    redacted(CommitmentEvent, event.pk)
    redacted(type(pledge), pledge.pk)

    assert holding(SECRET) == []
    assert first_broken() is None


@pytest.mark.parametrize(
    "words",
    [
        {"authority": f"the lawyers of {SECRET.upper()}", "reason": "asked"},
        {"authority": "a court", "reason": f"{SECRET}’s name"},
    ],
)
def test_words_about_a_redaction_do_not_repeat_what_goes(speaker: Speaker, words: dict[str, str]) -> None:
    for fields in (["name"], ["name", "slug"], []):
        with pytest.raises(RedactionError, match="Say it in other words"), redacting():
            redact(Speaker, speaker.pk, fields=fields, **words)


def test_actor_may_have_submitted_the_fact_that_goes(ledger_db: None) -> None:
    with change():
        fact = facts.observation(submitted_by="olga", reviewed_by="bea")
    with pytest.raises(RedactionError, match="Say it in other words"):
        redacted(Observation, fact.pk, "submitted_by")
    redacted(Observation, fact.pk)

    assert not Observation.objects.exists()


def test_redaction_outside_its_kind_of_revision_is_refused(speaker: Speaker) -> None:
    with pytest.raises(NoRevisionError):
        redact(Speaker, speaker.pk, fields=["name"], **WORDS)
    with pytest.raises(RedactionError, match="class redaction"), change():
        redact(Speaker, speaker.pk, fields=["name"], **WORDS)

    assert LedgerHead.objects.get().number == 3


def test_redaction_without_authority_or_reason_is_refused(speaker: Speaker) -> None:
    for name in ("authority", "reason"):
        with pytest.raises(IntegrityError, match=f"ledger_redaction_{name}_given"), redacting():
            redact(Speaker, speaker.pk, fields=["name"], **{**WORDS, name: " "})
    with (
        pytest.raises(IntegrityError, match="ledger_revision_reason_given"),
        change(reason=" ", change_class=ChangeClass.REDACTION),
    ):
        """Nothing."""


def test_record_that_is_not_there_is_refused(speaker: Speaker) -> None:
    with pytest.raises(RedactionError, match="no older version"):
        redacted(Speaker, uuid7(), "name")
    with pytest.raises(RedactionError, match="no older version"), redacting():
        redact(Unit, facts.unit().pk, fields=["name"], **WORDS)


def test_redacting_takes_the_role_that_owns_the_tables(speaker: Speaker) -> None:
    with application_role(), pytest.raises(DatabaseError) as caught:
        redacted(Speaker, speaker.pk, "name")

    assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege)


REDACT = "SELECT ledger_redact(gen_random_uuid(), '{0}', id, '{{\"name\": \"x\"}}', 'a', 'r') FROM {0};".format
BLANKED = "rev_salt = NULL, rev_redacted = 6"
# The class of a revision, and what somebody with the rights of the owner tries in it; it would be the sixth.
FORGERIES = {
    "versions are blanked without a tombstone": ("redaction", f"UPDATE speaker_version SET name = NULL, {BLANKED}"),
    "a tombstone is put into another kind of revision": ("enrichment", REDACT("speaker")),
    "a tombstone is put there by hand": (
        "our_correction",
        "INSERT INTO ledger_redaction (id, revision, table_name, record_id, fields, authority, reason)"  # noqa: ISC004
        " SELECT gen_random_uuid(), 6, 'speaker', id, '{name}', 'a', 'r' FROM speaker",
    ),
    "a tombstone of another revision is put there": (
        "redaction",
        "INSERT INTO ledger_redaction (id, revision, table_name, record_id, fields, authority, reason)"  # noqa: ISC004
        " SELECT gen_random_uuid(), 5, 'speaker', id, '{name}', 'a', 'r' FROM speaker",
    ),
    "more is blanked than the tombstone says": (
        "redaction",
        f"{REDACT('speaker')} UPDATE speaker_version SET note = NULL, {BLANKED} WHERE rev_from = 1",
    ),
    "another record is blanked than the tombstone says": (
        "redaction",
        f"{REDACT('speaker')} UPDATE unit_version SET name = NULL, {BLANKED}",
    ),
    "the salt is made anew": (
        "redaction",
        f"{REDACT('speaker')} UPDATE speaker_version SET rev_salt = gen_random_uuid() WHERE rev_from = 1",
    ),
    "the hash is made anew": (
        "redaction",
        f"{REDACT('speaker')} UPDATE speaker_version SET rev_hash = sha256('x') WHERE rev_from = 1",
    ),
    "a tombstone is taken away": ("redaction", "DELETE FROM ledger_redaction"),
    "a tombstone is changed": ("redaction", "UPDATE ledger_redaction SET reason = 'y'"),
    "a tombstone's proof is changed": ("redaction", "UPDATE ledger_redaction SET remains = 'x'"),
    "tombstones are emptied": ("redaction", "TRUNCATE ledger_redaction"),
    "a tombstone is redacted": ("redaction", REDACT("ledger_redaction")),
    "versions are redacted alone": ("redaction", REDACT("speaker_version")),
    "a table that is not versioned is redacted": ("redaction", REDACT("speaker").replace("'speaker'", "'auth_group'")),
    "a table that is not there is redacted": ("redaction", REDACT("speaker").replace("'speaker'", "'nowhere'")),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forgery_is_refused(speaker: Speaker, forgery: str) -> None:
    with change():
        unit = facts.unit()
    redacted(Unit, unit.pk, "name")
    before = dump()

    with pytest.raises(DatabaseError) as caught, transaction.atomic():  # noqa: PT012
        change_class, sql = FORGERIES[forgery]
        execute(f"SELECT ledger_open('eve', 'x', '{change_class}'); {sql}")

    assert caught.value.__cause__.sqlstate in {"GA003", "GA005", "55006"}  # type: ignore[union-attr]
    assert dump() == before
    assert Revision.objects.count() == 5
