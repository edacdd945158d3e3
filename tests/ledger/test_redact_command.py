"""`manage.py redact`: what it shows and asks, what it refuses in words, and that nothing is left in any file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from briefings.models import DocumentText, Speaker
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.management.commands.redact import NOT_REACHED
from greenapi.ledger.models import LedgerHead, Redaction, Revision
from indicators.models import Observation
from tests.application import application_role
from tests.factories import facts, sources
from tests.factories.revisions import change
from tests.ledger.wholeness import first_broken

from .redacting import SECRET, SLUG, execute, holding, known_speaker

# What can be taken out of the tables' files depends on everybody's transactions.
pytestmark = pytest.mark.alone
WORDS = {"authority": "Court of Springfield", "reason": "Order 7/26", "actor": "olga"}


@pytest.fixture
def speaker(ledger_db: None) -> Speaker:
    return known_speaker()


def run(resource: str, key: object, *fields: str, **options: Any) -> tuple[str, str]:
    """What the command writes to its output and to its error output; of the whole record when no field is named."""
    out, err = io.StringIO(), io.StringIO()
    what = [word for name in fields for word in ("--field", name)] or ["--whole-record"]
    said: dict[str, Any] = {**WORDS, "no_input": True, **options}
    call_command("redact", resource, str(key), *what, stdout=out, stderr=err, no_color=True, **said)
    return out.getvalue(), err.getvalue()


@contextmanager
def own_connection(**other: str) -> Iterator["psycopg.Connection[Any]"]:
    """A connection of its own to the tests' database."""
    settings = connection.get_connection_params()
    own = {name: settings[name] for name in ("dbname", "user", "password", "host", "port") if settings.get(name)}
    with psycopg.connect(**{**own, **other}) as made:
        yield made


def files_holding(text: str) -> list[str]:
    """The files of the database, as they are on disk, in which a text stands. Only a superuser may look into them."""
    try:
        with own_connection(user="postgres") as superuser:
            superuser.execute("CHECKPOINT")
            found = superuser.execute(
                "SELECT coalesce(c.relname, file) FROM pg_database d CROSS JOIN pg_ls_dir('base/' || d.oid) file"
                " CROSS JOIN concat('base/', d.oid, '/', file) path CROSS JOIN pg_stat_file(path, true) found"
                "  LEFT JOIN pg_class c ON pg_relation_filenode(c.oid)::text = regexp_replace(file, '[._].*', '')"
                " WHERE d.datname = current_database()"
                "   AND position(%s::bytea IN pg_read_binary_file(path, 0, found.size, true)) > 0"
                " ORDER BY 1",
                [text.encode()],
            )
            return [name for (name,) in found.fetchall()]
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege):
        pytest.skip("no superuser at hand who may look into the files")


def test_nothing_is_left_in_any_file_of_the_database(ledger_db: None) -> None:
    with change():
        # As often as it takes for the planner's statistics to keep it.
        same = [sources.speaker(name=SECRET) for _ in range(5)]
        known = sources.speaker(slug=SLUG, name=SECRET, note=SECRET)
    execute("ANALYZE speaker")
    execute("ANALYZE speaker_version")
    assert {"speaker", "speaker_version", "pg_statistic"} <= set(files_holding(SECRET))
    assert {"speaker", "speaker_version", "speaker_version_slug"} <= set(files_holding(SLUG))
    for each in same[1:]:
        run("speakers", each.slug, "name")
    run("speakers", same[0].pk, "name")
    out, err = run("speakers", known.pk, "name", "note", "slug")

    assert files_holding(SECRET) == []
    assert files_holding(SLUG) == []
    assert "The tables' files were written anew without the old rows." in out
    assert err == ""
    assert first_broken() is None


def test_text_is_left_in_no_file(ledger_db: None) -> None:
    # Kept beside its row, and as it is: compressed, nobody would find it here.
    for table in ("document_text", "document_text_version"):
        execute(f"ALTER TABLE {table} ALTER COLUMN text SET STORAGE EXTERNAL")
    text = SECRET + "".join(str(uuid7()) for _ in range(400)) + SECRET
    with change():
        version = sources.version(text=text)
    assert files_holding(SECRET) != []

    run("document-texts", version.sha256)

    assert files_holding(SECRET) == []
    assert not DocumentText.objects.exists()


def test_output_says_what_goes_and_what_is_not_reached(speaker: Speaker) -> None:
    out, err = run("speakers", SLUG, "name", "note")

    assert out == (
        f"speakers {SLUG} ({speaker.pk})\n"
        "  name: masked in 3 versions\n"
        "  note: masked in 2 versions\n"
        "Redacted by revision 4, with 1 tombstone.\n"
        "The tables' files were written anew without the old rows.\n"
        f"{NOT_REACHED}\n"
    )
    # Neither output repeats the value.
    assert err == ("The record's slug is its address and stays: if it says what must go, name --field slug too.\n")
    revision = Revision.objects.get(number=4)
    assert (revision.actor, revision.reason, revision.change_class) == ("olga", "Order 7/26", "redaction")
    tombstone = Redaction.objects.get()
    assert (tombstone.authority, tombstone.reason) == ("Court of Springfield", "Order 7/26")


def test_whole_record_is_shown_with_its_parts(ledger_db: None) -> None:
    with change():
        fact = facts.observation(note=SECRET)
        link = fact.cited_parts.get()
    out, _ = run("observations", fact.pk)

    assert out.splitlines()[:4] == [
        f"observations {fact.pk} ({fact.pk})",
        "  the whole record, in 1 version",
        f"  its part observation-citations {link.pk}, in 1 version",
        "Redacted by revision 2, with 2 tombstones.",
    ]
    assert holding(SECRET) == []
    assert not Observation.objects.exists()


def test_other_places_of_the_same_words_are_named(speaker: Speaker) -> None:
    with change(reason=f"Heard {SECRET}"):
        segment = sources.segment(label=SECRET, label_start=0, label_end=8)
    with change():
        type(segment).objects.filter(pk=segment.pk).update(label="Ada Fern")
    _, err = run("speakers", SLUG, "name", "slug", "note")

    assert err.splitlines() == [
        "The same words still stand, today or in the past, in:",
        "  revisions 4",
        f"  segments {segment.pk}",
    ]


@pytest.mark.parametrize("typed", ["", "zofia\n", "yes\n"])
def test_key_is_asked_for_again(speaker: Speaker, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with pytest.raises(CommandError, match=r"That is not the key\. Nothing was redacted\."):
        run("speakers", SLUG, "name", no_input=False)
    assert LedgerHead.objects.get().number == 3

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SLUG}\n"))
    run("speakers", SLUG, "name", no_input=False)
    assert LedgerHead.objects.get().number == 4


def test_record_is_found_by_a_key_that_it_had(speaker: Speaker) -> None:
    with change():
        Speaker.objects.filter(pk=speaker.pk).update(slug="somebody")
        heir = sources.speaker(name="Heir")
    run("speakers", SLUG, "note")
    assert Redaction.objects.get().record_id == speaker.pk

    with change():
        Speaker.objects.filter(pk=heir.pk).update(slug="zq")
    with change():
        Speaker.objects.filter(pk=heir.pk).update(slug="heir")
        Speaker.objects.filter(pk=speaker.pk).update(slug="zq")
    with change():
        Speaker.objects.filter(pk=speaker.pk).update(slug="somebody")
    with pytest.raises(CommandError, match="Several speakers were called zq; give the UUID of one"):
        run("speakers", "zq", "note")


REFUSALS: list[tuple[tuple[str, ...], dict[str, str], str]] = [
    (("speaker", SLUG, "name"), {}, r"There is no speaker\. There are briefings, citations, .*units\."),
    (("redactions", SLUG, "name"), {}, "There is no redactions"),
    (("revisions", "1", "reason"), {}, "There is no revisions"),
    (("speakers", "nobody", "name"), {}, "None of the speakers is called nobody, and none was."),
    (("speakers", SLUG, "nmae"), {}, "nmae is no field of speakers; there are slug, name, note"),
    (("speakers", SLUG, "id"), {}, "The identifier stays"),
    (("speakers", SLUG, "roles"), {}, "roles stands in another table"),
    (("speakers", SLUG, "name"), {"actor": " "}, "--actor is empty"),
    (("speakers", SLUG, "name"), {"reason": ""}, "--reason is empty"),
    (("speakers", SLUG, "name"), {"authority": "\t"}, "--authority is empty"),
    (("speakers", SLUG, "name"), {"reason": f"{SECRET} asked"}, "Say it in other words"),
    (("speakers", SLUG), {}, "It cannot go as a whole, because other records point to it.*roles "),
]


@pytest.mark.parametrize("number", range(len(REFUSALS)))
def test_refusal_is_in_words(speaker: Speaker, number: int) -> None:
    with change():
        sources.role(speaker=speaker)
    named, options, words = REFUSALS[number]

    with pytest.raises(CommandError, match=words):
        run(*named, **options)
    assert LedgerHead.objects.get().number == 4
    assert Redaction.objects.count() == 0


def test_citation_waits_for_the_text_and_the_refusal_repeats_no_word_of_it(ledger_db: None) -> None:
    with change():
        version = sources.version(text=f"{SECRET} spoke.")
        citation = sources.citation(of=version, exact=SECRET, start=0)
    with pytest.raises(CommandError, match="redact the text first") as caught:
        run("citations", citation.pk, "exact")
    assert SECRET not in str(caught.value)

    run("document-texts", version.sha256)
    run("citations", citation.pk, "exact")
    assert holding(SECRET) == []


def test_role_that_does_not_own_the_tables_is_told_so(speaker: Speaker) -> None:
    with (
        application_role(),
        pytest.raises(CommandError, match=r"needs the role that owns the tables\. Nothing was redacted\."),
    ):
        run("speakers", SLUG, "name")

    assert holding(SECRET) == ["speaker", "speaker_version"]


def test_older_transaction_keeps_old_rows_and_that_is_said(speaker: Speaker) -> None:
    with own_connection() as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM unit")
        out, err = run("speakers", SLUG, "name", "slug", "note")
        assert files_holding(SECRET) != []

    assert "written anew" not in out
    assert (
        'The file of public."speaker" may still hold old rows: a transaction from before the redaction is still open.'
        ' Later: VACUUM (FULL, ANALYZE) public."speaker";\n'
    ) in err
    for line in err.splitlines():
        execute(line.partition("Later: ")[2])
    assert files_holding(SECRET) == []


def test_reader_who_holds_a_table_for_long_is_not_waited_for(speaker: Speaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("greenapi.ledger.erasing.PATIENCE", "100ms")
    with own_connection() as reader:
        reader.execute("LOCK TABLE speaker_version IN ACCESS SHARE MODE")
        _, err = run("speakers", SLUG, "name", "slug", "note")

    assert (
        'The file of public."speaker_version" may still hold old rows: canceling statement due to lock timeout' in err
    )
    assert holding(SECRET) == []
