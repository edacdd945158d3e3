"""The addresses of imports: what is taken, who sees what, and what is done once."""

import json
from typing import Any

import pytest

from greenapi.access.scopes import Scope
from greenapi.imports import payload
from greenapi.imports.models import Import, Piece
from greenapi.imports.views import MOST_OPEN
from tests.contract.client import ContractClient
from tests.rest.writes import Writer

from .importing import CSV, NDJSON, PATH, carried_out, ndjson, read, report, send, unit


@pytest.fixture
def writer(dataset: None, api: ContractClient) -> Writer:
    return Writer(api, Scope.PROPOSE)


def problem(answer: Any) -> tuple[int, str, list[str | None]]:
    body = json.loads(answer.content)
    return answer.status_code, body["type"].rpartition("/")[2], [error["parameter"] for error in body["errors"]]


def test_import_is_taken_in_and_waits(writer: Writer) -> None:
    body = ndjson(unit(1))
    answer = send(writer, body, zipped=True, mode="rows", change_class="merge", dry_run="true")
    import_ = json.loads(answer.content)

    assert answer.status_code == 202
    assert answer.headers["Location"] == f"{PATH}/{import_['id']}"
    assert read(writer, answer.headers["Location"]) == import_
    assert import_["state"] == "queued"
    assert import_["progress"] == {
        "stage": None,
        "bytes": len(body),
        "bytes_read": 0,
        "rows_read": 0,
        "rows_done": 0,
        "rows_refused": 0,
    }
    assert [bytes(piece.content) for piece in Piece.objects.all()] == [body]
    assert report(writer, import_) == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"resource": "revisions"}, "resource"),
        ({"resource": ""}, "resource"),
        ({"mode": "some"}, "mode"),
        ({"submit": "yes", "resource": "observations"}, "submit"),
        ({"submit": "true"}, "submit"),
        ({"guarded": "true"}, "guarded"),
        ({"dry_run": "1"}, "dry_run"),
        ({"reason": " "}, "reason"),
        ({"change_class": "redaction"}, "change_class"),
        ({"reson": "x"}, "reson"),
        ({"as_of": "1"}, "as_of"),
    ],
)
def test_import_names_a_wrong_parameter(writer: Writer, query: dict[str, Any], parameter: str) -> None:
    status, _, parameters = problem(send(writer, ndjson(unit(1)), **query))

    assert (status, parameters) == (400, [parameter])


@pytest.mark.parametrize(
    ("body", "options", "expected"),
    [
        (b"", {}, (400, "invalid-body")),
        (b"{}", {"kind": "application/json"}, (415, "unsupported-media-type")),
        (b"{}", {"kind": f"{NDJSON}; charset=latin-1"}, (415, "unsupported-media-type")),
        (b"{}", {"headers": {"Content-Encoding": "br"}}, (415, "unsupported-media-type")),
        (b"{}", {"headers": {"Content-Encoding": "gzip"}}, (400, "invalid-body")),
        (b" " * (payload.MAX_SENT + 1), {}, (413, "too-large")),
        (b"0" * 9_000_000, {"zipped": True}, (413, "too-large")),
        (b"{}", {"headers": {"Idempotency-Key": "ä"}}, (400, "bad-request")),
    ],
    ids=["none", "json", "latin-1", "br", "no gzip", "large", "bomb", "key"],
)
def test_import_that_cannot_be_taken_in_leaves_nothing(
    writer: Writer, body: bytes, options: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert problem(send(writer, body, **options))[:2] == expected
    assert not Import.objects.exists()


def test_import_sent_again_with_its_key_is_one(writer: Writer) -> None:
    headers = {"Idempotency-Key": "yearbook"}
    first = send(writer, ndjson(unit(1)), headers=headers)
    again = send(writer, ndjson(unit(1)), headers=headers)
    other = send(writer, ndjson(unit(2)), headers=headers)

    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert problem(other)[:2] == (422, "idempotency-key-reused")
    assert Import.objects.count() == 1


def test_imports_that_wait_are_limited(writer: Writer) -> None:
    for _ in range(MOST_OPEN):
        last = send(writer, ndjson(unit(1)))
    refused = send(writer, ndjson(unit(1)))
    writer.api.delete(last.headers["Location"], headers=writer.headers)

    assert problem(refused)[:2] == (429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) > 0
    assert send(writer, ndjson(unit(1))).status_code == 202


def test_import_is_seen_by_its_importer_and_administrators(writer: Writer, api: ContractClient) -> None:
    path = send(writer, ndjson(unit(1))).headers["Location"]
    other, administrator = Writer(api, Scope.REVIEW), Writer(api, Scope.ADMIN)

    for of in (path, f"{path}/rows"):
        assert [who.get(of).status_code for who in (writer, other, administrator)] == [200, 404, 200]
    assert api.delete(path, headers=other.headers).status_code == 404
    assert [len(read(who, PATH)["results"]) for who in (writer, other, administrator)] == [1, 0, 1]
    assert [api.get(of).status_code for of in (PATH, path, f"{path}/rows")] == [401, 401, 401]
    assert send(Writer(api, Scope.READ), ndjson(unit(1))).status_code == 403


def test_imports_are_listed_in_pages(writer: Writer) -> None:
    made = [send(writer, ndjson(unit(number))).headers["Location"].rpartition("/")[2] for number in range(5)]
    path: str | None = f"{PATH}?page_size=2"
    found = []
    while path is not None:
        page = read(writer, path)
        found += [import_["id"] for import_ in page["results"]]
        path = page["next"]

    assert found == made[::-1]
    assert problem(writer.get(f"{PATH}?cursor=1"))[:2] == (400, "invalid-cursor")


def test_cancelled_import_stays_cancelled(writer: Writer) -> None:
    path = send(writer, ndjson(unit(1))).headers["Location"]
    for _ in range(2):
        answer = writer.api.delete(path, headers=writer.headers)
        assert (answer.status_code, json.loads(answer.content)["state"]) == (200, "cancelled")
    assert not Piece.objects.exists()


def test_report_is_read_in_pages(dataset_db: None, api: ContractClient) -> None:
    writer = Writer(api, Scope.PROPOSE)
    rows = b"slug,name,symbol,quantity\r\n" + b"".join(b"u-%d,u,u,u\r\n" % number for number in range(5)) + b"x\r\n"
    import_ = carried_out(writer, rows, kind=CSV, mode="rows")
    path: str | None = f"{import_['rows']}?page_size=2&after=2"
    found = []
    while path is not None:
        answer = writer.get(path)
        found += [json.loads(line)["line"] for line in answer.content.splitlines()]
        link = answer.headers.get("Link")
        path = None if link is None else link.partition(">")[0].removeprefix("<")

    assert found == [3, 4, 5, 6, 7]
    assert report(writer, import_, outcome="refused") == [
        {
            "line": 7,
            "outcome": "refused",
            "key": None,
            "errors": [{"pointer": "", "detail": "It has 1 cells, and the header 4."}],
        }
    ]


def test_import_whose_token_was_revoked_fails(dataset_db: None, api: ContractClient) -> None:
    writer = Writer(api, Scope.PROPOSE)
    path = send(writer, ndjson(unit(1))).headers["Location"]
    Import.objects.get().token.revoke()  # type: ignore[union-attr]
    other = Writer(api, Scope.ADMIN)
    carried_out(other, ndjson(unit(2)))
    import_ = read(other, path)

    assert (import_["state"], import_["detail"]) == (
        "failed",
        "The token it was sent with may not be used for this any more.",
    )
