"""The feed over HTTP: pages and cursors, filters, refusals, validators, and a consumer that checks what it reads."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greenapi.ledger.models import ChangeClass, LedgerHead, Revision
from greenapi.ledger.redaction import redact
from indicators.models import Observation, ObservationCitation, Unit
from tests.conftest import Backup
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

Body = dict[str, Any]
FEED = "/api/v1/changes"
OTHER_LEDGER = "01a20212-3d98-71d3-8383-f69cad6d2c05"


def walk(api: ContractClient, path: str = FEED) -> Iterator[Body]:
    """The pages from an address until one is empty."""
    while (page := api.read(path))["results"]:
        yield page
        path = page["next"]


def revisions(api: ContractClient, path: str = FEED) -> list[Body]:
    return [revision for page in walk(api, path) for revision in page["results"]]


def cursor(api: ContractClient) -> str:
    """The place after the newest revision."""
    text: str = api.read("/api/v1/ledger")["cursor"]
    return text


def make_history() -> None:
    """A unit, a draft that is published, a withdrawal and a redaction."""
    with change():
        unit = facts.unit(name="Jane Roe")
    with change(actor="ada", reason="a draft"):
        facts.observation(published=False)
    with change():
        Observation.objects.update(state="published", submitted_by="ada", reviewed_by="bea")
    with change(change_class=ChangeClass.RETRACTION):
        Observation.objects.update(state="withdrawn")
    with change(change_class=ChangeClass.REDACTION):
        redact(Unit, unit.pk, fields=["name"], authority="a court", reason="a name")


def problem(api: ContractClient, path: str) -> tuple[int, str, str]:
    answer = api.get(path)
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"], answer.json()["detail"] or ""


def test_feed_gives_every_revision_with_what_it_changed(api: ContractClient, ledger_db: None) -> None:
    with change(actor="ada", reason="a first"):
        unit = facts.unit(name="nautical mile")
    head = LedgerHead.objects.get()
    revision = Revision.objects.get()

    page = api.read(FEED)

    row = page["results"][0]["changes"][0]
    sealed = bytes(revision.hash or b"").hex()
    assert page == {
        "ledger_id": str(head.ledger_id),
        "revision": 1,
        "recorded_at": page["results"][0]["recorded_at"],
        "next": f"{FEED}?after={head.ledger_id}.1.{sealed}",
        "results": [
            {
                "number": 1,
                "recorded_at": revision.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "actor": "ada",
                "reason": "a first",
                "change_class": "enrichment",
                "rows_hash": bytes(revision.rows_hash or b"").hex(),
                "hash": sealed,
                "previous_hash": api.read("/api/v1/ledger")["first_hash"],
                "changes": [
                    {
                        "resource": "units",
                        "id": str(unit.id),
                        "op": "insert",
                        "fields": None,
                        "values": {
                            "id": str(unit.id),
                            "slug": unit.slug,
                            "name": "nautical mile",
                            "symbol": "",
                            "quantity": "ratio",
                            "definition": "",
                        },
                        "salt": row["salt"],
                        "hash": row["hash"],
                        "sealed_as": {"op": "I", "table": "unit"},
                        "recorded_in": 1,
                        "redacted_in": None,
                    }
                ],
            }
        ],
    }


def test_feed_of_an_empty_ledger_waits_at_its_start(api: ContractClient, ledger_db: None) -> None:
    page = api.read(FEED)

    assert (page["revision"], page["recorded_at"], page["results"]) == (0, None, [])
    assert api.read(page["next"]) == page

    with change():
        facts.unit()

    assert [revision["number"] for revision in api.read(page["next"])["results"]] == [1]


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_pages_follow_one_another_without_gaps(api: ContractClient, ledger_db: None, size: int) -> None:
    make_history()

    found = revisions(api, f"{FEED}?page_size={size}&wait=0")

    assert [revision["number"] for revision in found] == [1, 2, 3, 4, 5]
    assert [revision["previous_hash"] for revision in found[1:]] == [revision["hash"] for revision in found[:-1]]
    assert found == revisions(api)
    pages = list(walk(api, f"{FEED}?page_size={size}&wait=0"))
    assert all(len(page["results"]) <= size for page in pages)
    assert all(f"page_size={size}&wait=0&after=" in page["next"] for page in pages)


def test_following_goes_on_where_it_was_left(api: ContractClient, ledger_db: None) -> None:
    make_history()
    (page,) = walk(api)
    last = page["next"]

    assert api.read(last)["results"] == []
    assert api.read(last)["next"] == last
    with change(reason="later"):
        facts.unit()
    assert [revision["reason"] for revision in api.read(last)["results"]] == ["later"]
    assert api.read(f"{FEED}?after={cursor(api)}")["results"] == []


def test_every_kind_of_change_is_told(api: ContractClient, ledger_db: None) -> None:
    make_history()

    found = [
        (revision["number"], each["op"], each["resource"], each["fields"], each["redacted_in"])
        for revision in revisions(api)
        for each in revision["changes"]
        if each["resource"] in {"units", "observations", "observation-citations"}
        and (revision["number"] != 2 or each["resource"] != "units")
    ]

    assert found == [
        (1, "insert", "units", None, 5),
        (3, "insert", "observation-citations", None, None),
        (3, "insert", "observations", None, None),
        (4, "delete", "observation-citations", None, None),
        (4, "delete", "observations", None, None),
        (5, "redact", "units", ["name"], None),
    ]
    assert b"Jane Roe" not in api.get(FEED).content


def test_draft_leaves_no_trace_but_its_revision(api: ContractClient, ledger_db: None) -> None:
    with change():
        indicator = facts.indicator()
    with change():
        fact = facts.observation(published=False, indicator=indicator)
    with change():
        Observation.objects.update(note="secret")

    answer = api.get(FEED)

    assert str(fact.id).encode() not in answer.content
    assert str(ObservationCitation.objects.get().id).encode() not in answer.content
    assert b"secret" not in answer.content
    assert [revision["number"] for revision in answer.json()["results"]] == [1, 2, 3]
    assert answer.json()["results"][-1]["changes"] == []


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("resource=observations", [3, 4]),
        ("resource__in=redactions,observations", [3, 4, 5]),
        ("resource=units&resource__in=observations,redactions", []),
        ("change_class=retraction", [4]),
        ("change_class__in=retraction,redaction", [4, 5]),
        ("change_class=redaction&resource=units", [5]),
        ("change_class=merge", []),
    ],
)
def test_filters_leave_out_and_move_on(api: ContractClient, ledger_db: None, query: str, numbers: list[int]) -> None:
    make_history()

    page = api.read(f"{FEED}?{query}")

    assert [revision["number"] for revision in page["results"]] == numbers
    assert page["next"] == f"{FEED}?{query.replace(',', '%2C')}&after={cursor(api)}"
    one_by_one = revisions(api, f"{FEED}?{query}&page_size=1")
    assert one_by_one == page["results"]
    assert {each["resource"] for revision in page["results"] for each in revision["changes"]} <= {
        "observations",
        "observation-citations",
        "redactions",
        "units",
    }


@pytest.mark.parametrize(
    "path",
    [
        f"{FEED}?resource=unit",
        f"{FEED}?resource=document-texts",
        f"{FEED}?resource__in=units,",
        f"{FEED}?resource=units,topics",
        f"{FEED}?change_class=enrichments",
        f"{FEED}?change_class__in=merge,%00",
        f"{FEED}?wait=-1",
        f"{FEED}?wait=31",
        f"{FEED}?wait=1.5",
        f"{FEED}?wait=",
        f"{FEED}?wait=%D9%A1",
        f"{FEED}?page_size=0",
        f"{FEED}?page_size=1001",
        f"{FEED}?after=",
        f"{FEED}?page_size=1&page_size=1",
    ],
)
def test_parameters_are_judged(api: ContractClient, ledger_db: None, path: str) -> None:
    assert problem(api, path)[:2] == (400, "/problems/invalid-parameter")


def test_unknown_parameter_is_refused(api: ContractClient, ledger_db: None) -> None:
    assert problem(api, f"{FEED}?as_of=1")[:2] == (400, "/problems/unknown-parameter")
    assert api.get(f"{FEED}?wait=30").status_code == 200


@pytest.mark.parametrize(
    "text", ["rubbish", "1", "%00", "x" * 5000, f"{OTHER_LEDGER}.1", f"{OTHER_LEDGER}.-1.{'0' * 64}"]
)
def test_rubbish_is_no_cursor(api: ContractClient, ledger_db: None, text: str) -> None:
    assert problem(api, f"{FEED}?after={text}")[:2] == (400, "/problems/invalid-cursor")


def test_cursor_of_another_ledger_diverges(api: ContractClient, ledger_db: None) -> None:
    make_history()
    own, number, sealed = cursor(api).split(".")

    for wrong in (f"{OTHER_LEDGER}.{number}.{sealed}", f"{own}.0.{sealed}", f"{own}.3.{sealed}", f"{own}.6.{sealed}"):
        status, kind, detail = problem(api, f"{FEED}?after={wrong}")
        assert (status, kind) == (409, "/problems/ledger-diverged")
        assert "read again from the start" in detail


def test_restored_ledger_says_so_however_it_went_on(api: ContractClient, backup: Backup) -> None:
    make_history()
    backup.take()
    kept = cursor(api)
    with change(reason="lost"):
        facts.unit()
    lost = cursor(api)
    assert api.get(f"{FEED}?after={lost}").status_code == 200

    backup.restore()

    assert api.read(f"{FEED}?after={kept}")["results"] == []
    assert "the newest is 5" in problem(api, f"{FEED}?after={lost}")[2]
    with change(reason="another"):
        facts.unit()
    assert problem(api, f"{FEED}?after={lost}")[:2] == (409, "/problems/ledger-diverged")
    with change(reason="and one more"):
        facts.unit()
    assert "Revision 6 is not the one" in problem(api, f"{FEED}?after={lost}")[2]
    assert [revision["reason"] for revision in revisions(api, f"{FEED}?after={kept}")] == ["another", "and one more"]


def test_answer_has_its_revision_and_validator(api: ContractClient, ledger_db: None) -> None:
    make_history()
    answer = api.get(FEED)

    assert (answer.headers["Revision"], answer.headers["Cache-Control"]) == ("5", "public, no-cache")
    again = api.get(FEED, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    with change():
        facts.unit()
    assert api.get(FEED, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200
    assert api.get(f"{FEED}/").content == api.get(FEED).content


def test_queries_of_a_page_are_constant(api: ContractClient, dataset: None) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            api.read(path)
        return len(captured)

    assert queries(f"{FEED}?page_size=1") <= queries(f"{FEED}?page_size=1000") <= 12
    assert queries(f"{FEED}?resource=units&change_class=enrichment") <= 12


def test_dataset_is_followed_to_its_end(api: ContractClient, dataset: None) -> None:
    """Everything the API lists of facts is in the feed, and nothing else of theirs."""
    held = {
        each["id"] for revision in revisions(api) for each in revision["changes"] if each["resource"] == "observations"
    }
    listed = {row["id"] for row in api.read("/api/v1/observations?page_size=1000")["results"]}

    assert held == listed != set()
