"""The entries follow the versions, forget what is redacted, and are what the indexes are asked for."""

import json
from typing import Any
from unicodedata import combining, normalize

import pytest
from django.db import OperationalError, connection

from briefings.models import Citation, DocumentVersion, Segment
from briefings.models.sources import DocumentText
from greenapi.ledger.reading import reading
from greenapi.search.finding import find
from greenapi.search.highlights import highlights
from greenapi.search.words import as_parsed, parsed
from greenapi.urls import FOUND
from indicators.models import Indicator
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change
from tests.ledger.redacting import execute, holding, redacted

from .test_search import found, spoken

ENTRIES = "SELECT kind, id, rev_from, rev_to, source, words::text FROM search_entry ORDER BY 2, 3, 5"


def plain(text: str) -> str:
    """A text in small letters without accents."""
    return "".join(letter for letter in normalize("NFKD", text.lower()) if not combining(letter))


ADDED = (
    "search_add_segments(NULL, NULL)",
    "search_add_citations(NULL, NULL)",
    "search_add_indicators(NULL)",
    "search_add_observations(NULL)",
    "search_add_commitments(NULL)",
)


def rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_entries_are_those_that_all_versions_ask_for(dataset: None) -> None:
    """Kept step by step, through changes of every sort, they are what filling a database anew would make."""
    with change():
        version, segment = spoken()
        indicator = facts.indicator(name="Once")
        observation = facts.observation(scope_words="the region")
        Indicator.objects.filter(pk=indicator.pk).update(name="Twice, within one revision")
    with change():
        Indicator.objects.filter(pk=indicator.pk).update(name="Thrice")
        Segment.objects.filter(pk=segment).update(end=30)
        type(observation).objects.filter(pk=observation.pk).update(state="withdrawn")
    with change():
        DocumentText.objects.filter(version=version).delete()
        Segment.objects.filter(pk=segment).update(end=40)

    kept = rows(ENTRIES)
    execute("DELETE FROM search_entry")
    for function in ADDED:
        execute(f"SELECT {function}")

    assert kept == rows(ENTRIES)
    assert len(kept) > 100


def test_redacted_text_takes_all_its_words_with_it(ledger_db: None, api: ContractClient) -> None:
    with change():
        version, _ = spoken("Zofia Quillfeather lives in Brixel.\n")
        sources.citation(of=version, exact="Quillfeather", start=6)
        other, _ = spoken("Brixel is a town.\n")
    assert holding("quillfeath") == ["search_entry", "search_lexeme"]
    number = api.read("/api/v1/search?q=quillfeather")["revision"]

    redacted(DocumentText, DocumentText.objects.get(version=version).pk)

    # The citation's own words are its own, and go when it is redacted.
    redacted(Citation, Citation.objects.get().pk, "exact")
    assert holding("quillfeath", "zofia", "live") == []
    assert found(api, "quillfeather", as_of=number) == []
    assert [hit["document_version"]["sha256"] for hit in found(api, "brixel", as_of=number)] == [other.sha256]


def test_redacted_field_takes_its_words_with_it(ledger_db: None, api: ContractClient) -> None:
    with change():
        made = facts.indicator(name="Quillfeather index", note="By Zofia.")
    with change():
        Indicator.objects.filter(pk=made.pk).update(note="By Zofia Quillfeather.")

    redacted(Indicator, made.pk, "name", "note")

    assert holding("quillfeath", "zofia") == []


@pytest.mark.django_db
def test_each_kind_is_looked_up_by_its_own_index(dataset: None) -> None:
    plans: list[str] = []

    def explained(execute: Any, sql: str, *args: Any) -> Any:
        params, _, context = args
        if sql.lstrip().startswith("WITH matched"):
            execute(f"EXPLAIN (FORMAT JSON) {sql}", params, False, context)
            plans.append(json.dumps(context["cursor"].fetchall()))
        return execute(sql, *args)

    # So many that Postgres would not rather read all.
    execute(
        "INSERT INTO search_entry"
        " SELECT kind, gen_random_uuid(), 1, NULL, gen_random_uuid(), search_words(n::text, 'A')"
        f" FROM unnest(ARRAY[{', '.join(repr(kind.name) for kind in FOUND)}]) kind, generate_series(1, 2000) n;"
        " ANALYZE search_entry"
    )
    with reading(), connection.execute_wrapper(explained):
        find(as_parsed(parsed("green ferries")), kinds=FOUND, most=21)

    missing = [kind.name for kind in FOUND if f'"Index Name": "search_entry_{kind.name}s"' not in plans[0]]
    assert missing == []


@pytest.mark.django_db
def test_application_role_only_reads_entries(dataset: None, settings: Any) -> None:
    privileges = [
        (table, privilege)
        for table in ("search_entry", "search_lexeme")
        for privilege in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
        if rows(f"SELECT has_table_privilege('{settings.APPLICATION_ROLE}', '{table}', '{privilege}')") == [(True,)]
    ]

    assert privileges == [("search_entry", "SELECT"), ("search_lexeme", "SELECT")]


@pytest.mark.django_db
def test_reading_ends_a_query_that_takes_too_long(dataset: None, settings: Any) -> None:
    settings.READ_SECONDS = 0.05
    with pytest.raises(OperationalError, match="statement timeout"), reading():
        execute("SELECT pg_sleep(5)")


def test_marks_become_offsets_in_code_points() -> None:
    marked = "😀 \ue000Zorvath\ue001 e\u0301 \ue000\ue001x\ue000y\ue001"
    assert [(light.start, light.end) for light in highlights(marked)] == [(2, 9), (13, 13), (14, 15)]


@pytest.mark.django_db
def test_highlights_are_exact_whatever_the_text_is_like(dataset: None, api: ContractClient) -> None:
    text = (
        "<p class='zorvath'>Zorvath&amp;zorvath</p> zorvath-making, co-zorvath's https://zorvath.example/zorvath?x=zorvath"
        " zorvath@zorvath.example /usr/zorvath \ue000zorvath\ue001 zo\u0301rvath ＺＯＲＶＡＴＨ 中国zorvath -zorvath"
        " 1,500zorvath\n"
    )
    with change():
        version, _ = spoken(text)
    (hit,) = found(api, "zorvath", kind="segment")
    lights = hit["passages"][0]["highlights"]

    assert hit["passages"][0]["text"] == text
    assert len(lights) > 5
    assert {plain(text[light["start"] : light["end"]]) for light in lights} <= {"zorvath", "zorvath's"}
    assert DocumentVersion.objects.get(pk=version.pk).length == len(text)
