"""Whole listings as NDJSON, CSV and Parquet: the same rows as the list, each value exactly."""

import csv
import gc
import hashlib
import io
import json
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest

from greenapi.ledger.models import LedgerHead, Revision
from greenapi.rest import exporting
from greenapi.rest.csv_format import unguarded
from greenapi.rest.streaming import BrokenOffError
from greenapi.urls import RESOURCES
from indicators.measures import Bounds
from indicators.models import Unit
from tests.contract.client import ContractClient, parse
from tests.factories import facts
from tests.factories.revisions import change

FORMATS = ("ndjson", "csv", "parquet")


def exported(api: ContractClient, path: str) -> bytes:
    """The whole body of an export."""
    answer: Any = api.get(path)
    assert answer.status_code == 200, answer.content
    assert answer.streaming
    return b"".join(answer)


def table(api: ContractClient, path: str) -> list[dict[str, str]]:
    """The rows of an export in CSV."""
    return list(csv.DictReader(io.StringIO(exported(api, path).decode(), newline="")))


def parquet(api: ContractClient, path: str) -> Any:
    """An export in Parquet as pyarrow reads it."""
    return pq.read_table(io.BytesIO(exported(api, path)))


def value_at(row: Any, name: str) -> Any:
    """The value that a column shows of a row of a list."""
    for part in name.split("."):
        row = None if row is None else row[part]
    return row


def as_cell(value: Any) -> str:
    """A value of a list as it stands in a cell, lists aside."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


@pytest.mark.parametrize("resource", RESOURCES)
def test_each_format_has_the_rows_of_the_list(resource: str, api: ContractClient, dataset: None) -> None:
    path = f"/api/v1/{resource}"
    listed = api.read(f"{path}?page_size=1000")
    assert listed["next"] is None

    lines = exported(api, f"{path}?format=ndjson").split(b"\n")
    assert lines.pop() == b""
    assert [parse(line) for line in lines] == listed["results"]

    for cells, row in zip(table(api, f"{path}?format=csv"), listed["results"], strict=True):
        for name, cell in cells.items():
            if name not in {"rev_from", "rev_to"}:
                expected = value_at(row, name)
                if isinstance(expected, list):
                    assert parse(cell.encode()) == expected
                else:
                    assert unguarded(cell) == as_cell(expected), name

    for stored, row in zip(parquet(api, f"{path}?format=parquet").to_pylist(), listed["results"], strict=True):
        assert {name: plain(value) for name, value in stored.items() if name not in {"rev_from", "rev_to"}} == row


def plain(value: Any) -> Any:
    """A value that was read from Parquet as JSON has it."""
    match value:
        case dict():
            return {name: plain(member) for name, member in value.items()}
        case list():
            return [plain(item) for item in value]
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case date():
            return value.isoformat()
        case _:
            return value


def test_filters_ordering_and_as_of_are_those_of_the_list(api: ContractClient, dataset: None) -> None:
    with change():
        facts.unit(slug="new-unit", name="New")
    query = "ordering=-name&slug__in=percent,new-unit"

    def names(as_of: int) -> list[str]:
        return [row["slug"] for row in table(api, f"/api/v1/units?format=csv&{query}&as_of={as_of}")]

    newest = LedgerHead.objects.get().number
    assert names(newest) == [row["slug"] for row in api.read(f"/api/v1/units?{query}")["results"]]
    assert set(names(newest)) == {"percent", "new-unit"}
    assert names(newest - 1) == ["percent"]
    assert names(0) == []


def test_nothing_is_an_empty_table(api: ContractClient, dataset: None) -> None:
    path = "/api/v1/units?slug=none&format"

    assert exported(api, f"{path}=ndjson") == b""
    assert exported(api, f"{path}=csv") == b"rev_from,rev_to,slug,name,symbol,quantity,definition,href\r\n"
    assert parquet(api, f"{path}=parquet").num_rows == 0


def test_validity_says_which_revision_recorded_the_values(api: ContractClient, dataset: None) -> None:
    with change() as first:
        facts.unit(slug="moving", name="Once")
    with change() as second:
        Unit.objects.filter(slug="moving").update(name="Twice")

    def validity(query: str) -> list[tuple[str, ...]]:
        rows = table(api, f"/api/v1/units?slug=moving&format=csv&{query}")
        return [(row["rev_from"], row["rev_to"], row["name"]) for row in rows]

    one, two = str(first.number), str(second.number)
    assert validity("") == [(two, "", "Twice")]
    assert validity(f"as_of={one}") == [(one, "", "Once")]
    assert validity("view=all") == [(one, two, "Once"), (two, "", "Twice")]
    assert validity(f"view=all&as_of={one}") == [(one, "", "Once")]
    assert validity("view=initial") == [(one, two, "Once")]
    lines = exported(api, "/api/v1/units?slug=moving&view=all&format=ndjson").splitlines()
    assert [parse(line) for line in lines] == api.read("/api/v1/units?slug=moving&view=all")["results"]
    stored = parquet(api, "/api/v1/units?slug=moving&view=all&format=parquet").to_pylist()
    assert [(row["rev_from"], row["rev_to"], row["name"]) for row in stored] == [
        (first.number, second.number, "Once"),
        (second.number, None, "Twice"),
    ]


def test_csv_tells_null_from_empty_and_quotes_what_must_be(api: ContractClient, dataset: None) -> None:
    with change():
        facts.unit(slug="odd", name='a "b", c\r\nd', symbol="", definition=" spaced ")
        facts.topic(slug="alone", name="Alone", definition="")

    assert (
        exported(api, "/api/v1/units?slug=odd&format=csv")
        .decode()
        .partition("\r\n")[2]
        .endswith(f',odd,"a ""b"", c\r\nd","",{Unit.objects.get(slug="odd").quantity}," spaced ",/api/v1/units/odd\r\n')
    )
    # The definition is an empty text, the wider topic is null.
    line = exported(api, "/api/v1/topics?slug=alone&format=csv").decode().partition("\r\n")[2]
    assert line.endswith(',alone,Alone,"",,,,/api/v1/topics/alone\r\n')


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("1=1", "1=1"),
        (" =1", " =1"),
    ],
)
def test_texts_that_look_like_formulas_are_guarded_and_can_be_told(
    text: str, cell: str, api: ContractClient, dataset: None
) -> None:
    with change():
        facts.unit(slug="formula", definition=text)

    (row,) = table(api, "/api/v1/units?slug=formula&format=csv")

    assert row["definition"] == cell
    assert unguarded(cell) == text


def test_numbers_are_never_guarded(api: ContractClient, dataset: None) -> None:
    with change():
        facts.indicator(slug="below-zero", domain=Bounds(lower=Decimal("-12.50"), lower_closed=True))

    (row,) = table(api, "/api/v1/indicators?slug=below-zero&format=csv")

    assert (row["domain.lower"], row["domain.upper"], row["domain.lower_closed"]) == ("-12.50", "", "true")


@pytest.mark.parametrize(
    ("lowest", "kind"),
    [
        ("-1.25", "decimal128(38, 2)"),
        ("-" + "9" * 36 + ".25", "decimal128(38, 2)"),
        ("-" + "9" * 37 + ".25", "decimal256(76, 2)"),
        ("-0." + "0" * 74 + "1", "decimal256(76, 75)"),
        ("-0." + "0" * 75 + "1", "string"),
    ],
)
def test_parquet_holds_every_number_exactly(lowest: str, kind: str, api: ContractClient, dataset: None) -> None:
    with change():
        facts.indicator(slug="exact", domain=Bounds(lower=Decimal(lowest), lower_closed=True))

    stored = parquet(api, "/api/v1/indicators?slug=exact&format=parquet")

    assert str(stored.schema.field("domain").type.field("lower").type) == kind
    (row,) = stored.to_pylist()
    assert Decimal(row["domain"]["lower"]) == Decimal(lowest)


def test_parquet_says_what_it_is_and_has_types(api: ContractClient, dataset: None) -> None:
    stored = parquet(api, "/api/v1/revisions?format=parquet&as_of=1")
    facts_of = parquet(api, "/api/v1/observations?format=parquet&as_of=1").schema

    about = {name.decode(): value.decode() for name, value in stored.schema.metadata.items()}
    revision = Revision.objects.get(number=1)
    assert about == {
        "greenapi.ledger_id": str(LedgerHead.objects.get().ledger_id),
        "greenapi.resource": "revisions",
        "greenapi.revision": "1",
        "greenapi.recorded_at": f"{revision.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}",
    }
    assert stored.to_pylist()[0]["recorded_at"] == revision.recorded_at
    assert str(stored.schema.field("recorded_at").type) == "timestamp[us, tz=UTC]"
    assert [str(facts_of.field(name).type) for name in ("stated_on", "is_fiction", "rev_from")] == [
        "date32[day]",
        "bool",
        "int64",
    ]


def test_parquet_without_pyarrow_says_how_to_get_it(
    api: ContractClient, dataset: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    refused: Any = api.get("/api/v1/units?format=parquet")

    assert (refused.status_code, refused.json()["type"]) == (406, "/problems/not-acceptable")
    assert "greenapi[export]" in refused.json()["detail"]


@pytest.mark.parametrize("name", FORMATS)
def test_answer_says_what_it_is(name: str, api: ContractClient, dataset: None) -> None:
    answer: Any = api.get(f"/api/v1/units?format={name}")
    again: Any = api.get("/api/v1/units", headers={"accept": answer.headers["Content-Type"].partition(";")[0]})
    newest = LedgerHead.objects.get().number

    for found in (answer, again):
        assert found.headers["Content-Disposition"] == f'attachment; filename="units-r{newest}.{name}"'
        assert found.headers["Revision"] == str(newest)
        assert found.headers["Row-Count"] == str(Unit.objects.count())
        assert "Content-Length" not in found.headers
    assert b"".join(again) == b"".join(answer)
    assert "Accept" in again.headers["Vary"]


@pytest.mark.parametrize("what", FORMATS)
def test_head_says_the_same_and_makes_nothing(what: str, api: ContractClient, dataset: None) -> None:
    path = f"/api/v1/units?format={what}"
    answer: Any = api.get(path)
    head: Any = api.head(path)

    for name in ("Content-Type", "Content-Disposition", "Row-Count", "Revision", "ETag", "Cache-Control", "Vary"):
        assert head.headers[name] == answer.headers[name]
    assert (b"".join(head), bool(b"".join(answer))) == (b"", True)


def test_what_has_not_changed_is_not_made_again(api: ContractClient, dataset: None) -> None:
    etag, *others = (
        api.head(f"/api/v1/units?format={query}").headers["ETag"] for query in ("csv", "ndjson", "csv&slug=percent")
    )

    known = api.get("/api/v1/units?format=csv", headers={"if-none-match": etag})
    assert (known.status_code, known.content) == (304, b"")
    assert etag not in others
    with change():
        facts.unit()
    assert api.head("/api/v1/units?format=csv", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("name", FORMATS)
def test_digest_is_that_of_the_export(name: str, api: ContractClient, dataset: None) -> None:
    body = exported(api, f"/api/v1/units?format={name}&as_of=1")
    answer: Any = api.get(f"/api/v1/units?format={name}&as_of=1&digest=true")

    assert answer.headers["Content-Type"] == "application/vnd.greenapi.digest+json"
    digest = json.loads(b"".join(answer))
    assert digest == {
        "revision": 1,
        "recorded_at": f"{Revision.objects.get(number=1).recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "rows": int(answer.headers["Row-Count"]),
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    assert exported(api, f"/api/v1/units?format={name}&as_of=1&digest=false") == body


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("format=csv&digest=yes", "digest"),
        ("format=csv&digest=", "digest"),
        ("format=csv&nonsense=1", "nonsense"),
        ("format=csv&ordering=nonsense", "ordering"),
        ("format=csv&name__in=%00", "name__in"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(
    query: str, parameter: str, api: ContractClient, dataset: None
) -> None:
    answer: Any = api.get(f"/api/v1/units?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, parameter)


@pytest.mark.parametrize(("query", "parameter"), [("format=csv&page_size=10", "page_size"), ("digest=true", "digest")])
def test_what_is_of_pages_and_what_is_of_exports_do_not_go_together(
    query: str, parameter: str, api: ContractClient, dataset: None
) -> None:
    answer: Any = api.get(f"/api/v1/units?{query}")

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/conflicting-parameters")
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_cursor_is_refused(api: ContractClient, dataset: None) -> None:
    answer: Any = api.get(f"{api.read('/api/v1/units?page_size=1')['next']}&format=csv")

    assert answer.status_code == 422
    assert {error["parameter"] for error in answer.json()["errors"]} == {"cursor", "page_size"}


def test_rows_are_read_in_chunks_and_sent_as_they_come(
    api: ContractClient, dataset: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 4)
    with change():
        for _ in range(10):
            facts.unit()

    pieces = list(api.get("/api/v1/units?format=ndjson"))

    count = Unit.objects.count()
    assert [len(piece.splitlines()) for piece in pieces if piece] == [4] * (count // 4) + [count % 4] * bool(count % 4)


def test_export_that_takes_too_long_breaks_off(api: ContractClient, dataset: None, settings: Any) -> None:
    settings.EXPORT_SECONDS = 0

    with pytest.raises(BrokenOffError, match="EXPORT_SECONDS"):
        exported(api, "/api/v1/units?format=csv")


def test_more_exports_than_may_be_at_a_time_are_busy(api: ContractClient, dataset: None, settings: Any) -> None:
    being_made = [api.get("/api/v1/units?format=csv") for _ in range(settings.EXPORTS_AT_ONCE)]

    refused: Any = api.get("/api/v1/units?format=csv")
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/busy")
    assert refused.headers["Retry-After"]

    b"".join(being_made.pop())
    exported(api, "/api/v1/units?format=csv")
    being_made.clear()  # whose sending was never begun
    gc.collect()
    for _ in range(settings.EXPORTS_AT_ONCE + 1):
        exported(api, "/api/v1/units?format=csv")
