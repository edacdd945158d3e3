"""Keyset pages: cursors are bound to their listing, cannot be forged, and pin the revision of page one."""

import base64
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import msgspec
import pytest
from django.core import signing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefings import changes as sources_changes
from briefings.models import Role
from greenapi.ledger.identifiers import uuid7
from indicators import changes
from indicators.models import Observation
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

FIRST = "/api/v1/segments?page_size=5"


def cursor_of(path: str) -> str:
    (cursor,) = parse_qs(urlsplit(path).query)["cursor"]
    return cursor


def all_pages(api: ContractClient, path: str | None, *, between: Callable[[], None] = lambda: None) -> list[Any]:
    """The pages from this one to the last, with something done between them."""
    pages = []
    while path:
        pages.append(api.read(path))
        path = pages[-1]["next"]
        between()
    return pages


def rows_of(pages: list[Any]) -> list[Any]:
    return [row for page in pages for row in page["results"]]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/segments?page_size=5&kind=answer&cursor={}",
        "/api/v1/segments?page_size=5&ordering=-id&cursor={}",
        "/api/v1/segments?page_size=5&ordering=number&cursor={}",
        "/api/v1/segments?page_size=5&as_of=1&cursor={}",
        "/api/v1/citations?page_size=5&cursor={}",
        "/api/v1/roles?cursor={}",
    ],
)
def test_cursor_belongs_to_its_listing(api: ContractClient, dataset: None, path: str) -> None:
    cursor = cursor_of(api.read(FIRST)["next"])

    answer = api.get(path.format(quote(cursor)))

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-cursor")
    assert api.get(f"/api/v1/segments?cursor={quote(cursor)}").status_code == 200


def test_page_size_may_change_on_the_way(api: ContractClient, dataset: None) -> None:
    whole = rows_of([api.read("/api/v1/segments?page_size=1000")])
    first = api.read(FIRST)

    rest = api.read(f"/api/v1/segments?page_size=1000&cursor={quote(cursor_of(first['next']))}")

    assert first["results"] + rest["results"] == whole
    assert rest["next"] is None


def forged(cursor: list[Any], *, salt: str = "greenapi.cursor", key: str | None = None) -> str:
    signer = signing.Signer(salt=salt, key=key)
    return signer.sign(base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("="))


def broken_cursors(cursor: str) -> dict[str, str]:
    body, _, signature = cursor.rpartition(":")
    return {
        "cut at the end": cursor[:-1],
        "cut at the start": cursor[1:],
        "halved": cursor[: len(cursor) // 2],
        "signature alone": f":{signature}",
        "body alone": body,
        "another body": f"{body[:-1]}{'A' if body[-1] != 'A' else 'B'}:{signature}",
        "another signature": f"{body}:{'A' * len(signature)}",
        "no cursor": "abc",
        "of another alphabet": "キー",
        "with NUL": "\x00",
        "very long": "A" * 20000,
        "with another key": forged([1, "x", False, ["a"]], key="another"),
        "with another salt": forged([1, "x", False, ["a"]], salt="other"),
        "of another listing": forged([1, "x", False, ["a"]]),
        "of another shape": forged({"revision": 1}),  # type: ignore[arg-type]
        "no JSON": signing.Signer(salt="greenapi.cursor").sign("bm8"),
        "no base64": signing.Signer(salt="greenapi.cursor").sign("!!!"),
    }


def test_cut_or_forged_cursor_is_refused(api: ContractClient, dataset: None) -> None:
    cursor = cursor_of(api.read(FIRST)["next"])

    for name, broken in broken_cursors(cursor).items():
        answer = api.get(f"/api/v1/segments?page_size=5&cursor={quote(broken)}")
        assert (name, answer.status_code, answer.json()["type"]) == (name, 400, "/problems/invalid-cursor")


@pytest.mark.parametrize("size", ["0", "-1", "1001", "1e2", "9" * 40, "ten", "1.0", "١", " 5", "+5", "5_0", "00005"])
def test_page_size_out_of_range_is_refused(api: ContractClient, dataset: None, size: str) -> None:
    answer = api.get(f"/api/v1/segments?page_size={quote(size)}")

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-parameter")


@pytest.mark.parametrize(
    "ordering", ["note", "id,id", "id,-id", "--id", "-", ",", "id,", "id desc", "id;", "segment__id", "pk", "?", "ID"]
)
def test_ordering_by_what_is_not_offered_is_refused(api: ContractClient, dataset: None, ordering: str) -> None:
    answer = api.get(f"/api/v1/segments?ordering={quote(ordering)}")

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-parameter")


def test_page_without_rows_has_no_neighbours(api: ContractClient, dataset: None) -> None:
    page = api.read("/api/v1/segments?document=no-such-document")

    assert (page["results"], page["next"], page["previous"]) == ([], None, None)


def test_page_that_ends_with_the_last_row_is_the_last(api: ContractClient, dataset: None) -> None:
    count = len(api.read("/api/v1/units?page_size=1000")["results"])

    page = api.read(f"/api/v1/units?page_size={count}")

    assert len(page["results"]) == count
    assert page["next"] is None


def test_previous_of_the_second_page_is_the_first(api: ContractClient, dataset: None) -> None:
    first = api.read(FIRST)
    second = api.read(first["next"])

    back = api.read(second["previous"])

    assert back["results"] == first["results"]
    assert back["previous"] is None
    assert api.read(back["next"])["results"] == second["results"]


titles = st.sampled_from(["warden", "Warden", "keeper", "", "ø", "a,b", "keeper "])
days = st.none() | st.sampled_from([date(2030, 1, 1), date(2030, 1, 2), date(1, 1, 1), date(9999, 12, 31)])
orderings = st.lists(st.sampled_from(["title", "attested_on", "id"]), min_size=1, max_size=3, unique=True)


@given(
    rows=st.lists(st.tuples(titles.filter(bool), days), max_size=12),
    names=orderings,
    falling=st.lists(st.booleans(), min_size=3, max_size=3),
    size=st.integers(1, 5),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_hold_every_row_once_in_order_with_nulls_and_ties(
    api: ContractClient,
    db: None,
    *,
    rows: list[tuple[str, date | None]],
    names: list[str],
    falling: list[bool],
    size: int,
) -> None:
    with change():
        speaker, organization = sources.speaker(), sources.organization()
        made = sources_changes.record_roles(
            [
                {"id": uuid7(), "title": title, "attested_on": day, "speaker": speaker, "organization": organization}
                for title, day in rows
            ]
        )
    ordering = ",".join(f"{'-' if down else ''}{name}" for name, down in zip(names, falling, strict=False))
    path = f"/api/v1/roles?speaker={speaker.slug}&ordering={ordering}&page_size={size}"

    pages = all_pages(api, path)
    backwards = [pages[-1]]
    while backwards[0]["previous"]:
        backwards.insert(0, api.read(backwards[0]["previous"]))

    expected = sort(list(made.values()), names=names, falling=falling)
    assert [row["id"] for row in rows_of(pages)] == expected
    assert [row["id"] for row in rows_of(backwards)] == expected
    assert all(len(page["results"]) == size for page in pages[:-1])


def sort(roles: list[Role], *, names: list[str], falling: list[bool]) -> list[str]:
    """Ids in the order asked for, nulls last either way, by the id at the end."""
    ordered = sorted(roles, key=lambda role: role.id)
    for name, down in reversed(list(zip(names, falling, strict=False))):
        known = [role for role in ordered if getattr(role, name) is not None]
        unknown = [role for role in ordered if getattr(role, name) is None]
        keys: dict[str, Callable[[Role], Any]] = {
            "title": lambda role: role.title.encode(),
            "attested_on": lambda role: role.attested_on,
            "id": lambda role: role.id,
        }
        ordered = sorted(known, key=keys[name], reverse=down) + unknown
    return [str(role.id) for role in ordered]


@pytest.mark.parametrize("ordering", ["id", "-stated_on", "value", "indicator"])
def test_listing_while_others_write_shows_the_revision_of_page_one(
    api: ContractClient, dataset_db: None, ordering: str
) -> None:
    path = f"/api/v1/observations?page_size=4&ordering={ordering}"
    with change():
        segment, indicator = sources.segment(), facts.indicator()
    whole = api.read(f"/api/v1/observations?page_size=1000&ordering={ordering}")

    def write() -> None:
        """Takes one row away, adds one, and changes the values of all."""
        with change():
            changes.withdraw(Observation.objects.published().order_by("-id")[0])
            facts.observation(segment=segment, indicator=indicator)
            for fact in Observation.objects.published():
                fact.value -= 1000
                fact.value_printed = "changed"
                fact.save()

    pages = all_pages(api, path, between=write)

    assert len(pages) > 3
    assert rows_of(pages) == whole["results"]
    assert {(page["revision"], page["recorded_at"]) for page in pages} == {(whole["revision"], whole["recorded_at"])}
    assert rows_of(all_pages(api, path)) != whole["results"]


def test_pages_as_of_a_revision_stay_there(api: ContractClient, dataset_db: None) -> None:
    whole = api.read("/api/v1/observations?page_size=1000")
    with change():
        for fact in Observation.objects.published():
            changes.withdraw(fact)

    pages = all_pages(api, f"/api/v1/observations?page_size=4&as_of={whole['revision']}")

    assert rows_of(pages) == whole["results"]
    assert {page["revision"] for page in pages} == {whole["revision"]}
    assert api.read("/api/v1/observations")["results"] == []
