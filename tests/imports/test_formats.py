"""What is read of JSON lines and CSV, plain and compressed, and what is refused, by line."""

import gzip
import json
from typing import Any

import pytest

from greenapi.imports import csv_rows, ndjson, payload
from greenapi.imports.identities import has_key
from greenapi.imports.lines import Lines
from greenapi.imports.records import BrokenFileError, Row
from greenapi.rest.inputs import InputSerializer
from greenapi.rest.problems import Problem
from indicators.inputs import CommitmentInput, IndicatorInput, UnitInput

HEADER = b"slug,name,symbol,quantity\r\n"


def of_csv(
    body: bytes, *, kind: type[InputSerializer] = UnitInput, guarded: bool = False, at_most: int = 1000
) -> list[Row]:
    lines = Lines([body[:7], body[7:]], at_most=at_most)
    return list(csv_rows.CSVRows(lines, kind=kind, has_key=has_key(kind), guarded=guarded, at_most=at_most))


def of_json(body: bytes, *, at_most: int = 100) -> list[Row]:
    return list(ndjson.JSONLines(Lines([body[:5], body[5:]], at_most=at_most), at_most=at_most))


def told(row: Row) -> str:
    return " ".join(f"{error.pointer} {error.detail}" for error in row.errors)


def test_csv_gives_what_json_gives() -> None:
    body = (
        b"\xef\xbb\xbfkey,title,target.value,target.words,deadline.on,citations\r\n"
        b'a,"Say ""yes"",\r\nnow",1.30,,2030-12-31,"[{""part"":""whole"",""start"":0}]"\r\n'
        b"b, Caf\xc3\xa9 ,,x,,\n"
    )
    first, second = of_csv(body, kind=CommitmentInput)

    assert first.line == 2
    assert first.given == {
        "key": "a",
        "title": 'Say "yes",\r\nnow',
        "target": {"value": first.given["target"]["value"]},
        "deadline": {"on": "2030-12-31"},
        "citations": [{"part": "whole", "start": 0}],
    }
    assert str(first.given["target"]["value"]) == "1.30"
    assert second == Row(line=4, given={"key": "b", "title": " Café ", "target": {"words": "x"}})


def test_csv_cells_of_lists_and_truths_are_json() -> None:
    header = b"slug,topics,domain.lower,domain.lower_closed\n"
    (row,) = of_csv(header + b'x,"[""energy""]",0,true\n', kind=IndicatorInput)
    (wrong,) = of_csv(header + b"x,energy,nought,TRUE\n", kind=IndicatorInput)

    assert row.given == {"slug": "x", "topics": ["energy"], "domain": {"lower": 0, "lower_closed": True}}
    assert told(wrong).startswith("/topics It is no JSON")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"a,b,c", "It has 3 cells, and the header 4."),
        (b"a,b,c,d,e", "It has 5 cells, and the header 4."),
        (b"a,b\0,c,d", "Cell 2 holds NUL"),
        (b"a,b,\xff,d", "Cell 3 is not UTF-8."),
        (b'a,"b"x,c,d', "It is no CSV (RFC 4180)"),
        (b"a,b\rx,c,d", "It is no CSV (RFC 4180)"),
    ],
)
def test_csv_row_that_is_wrong_is_refused_alone(line: bytes, message: str) -> None:
    good, bad, other = of_csv(HEADER + b"a,b,c,d\r\n" + line + b"\r\n\r\ne,f,g,h")

    assert (good.errors, other.errors) == ([], [])
    assert (bad.line, other.line) == (3, 5)
    assert message in told(bad)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"", "The first line names the columns."),
        (b"slug,nme", "Column 2: nme is not known here; the nearest is name."),
        (b"slug,name,slug", "Column 1: slug is given more than once."),
        (b"slug,key", "Column 2: key is not known here"),
        (b"slug,\xff", "Cell 2 is not UTF-8."),
        (b'slug,"name', "It is no CSV (RFC 4180)"),
    ],
)
def test_csv_header_that_is_wrong_ends_it(header: bytes, message: str) -> None:
    with pytest.raises(BrokenFileError) as broken:
        of_csv(header + b"\r\na,b\r\n" if not header.endswith(b'"name') else header)

    assert broken.value.line == 1
    assert message in " ".join(error.detail for error in broken.value.errors)


def test_csv_header_names_a_member_or_its_parts() -> None:
    with pytest.raises(BrokenFileError) as broken:
        of_csv(b"target,target.value\r\n", kind=CommitmentInput)

    assert [error.detail for error in broken.value.errors] == ["Column 2: target.value is part of another column."]


@pytest.mark.parametrize("row", [b"a," + b"x" * 200, b'a,"' + b"x\n" * 80])
def test_csv_that_never_ends_a_row_ends_it(row: bytes) -> None:
    with pytest.raises(BrokenFileError) as broken:
        of_csv(HEADER + b"a,b,c,d\n" + row, at_most=100)

    assert broken.value.line == 3
    assert "A row has at most 100 bytes" in broken.value.errors[0].detail


def test_csv_keeps_apostrophes_unless_it_is_guarded() -> None:
    body = HEADER + b"a,'=b,'c,'\r\n"

    assert of_csv(body)[0].given["name"] == "'=b"
    assert of_csv(body, guarded=True)[0].given == {"slug": "a", "name": "=b", "symbol": "'c", "quantity": "'"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", " It is no JSON"),
        (b"[]", " Give an object."),
        (b'{"a":1,"a":2}', "/a It is given more than once."),
        (b'{"a":NaN}', "/a NaN is no number of JSON."),
        (b'{"a":"\\u0000"}', "/a Character 0 is NUL"),
        (b'{"a":"\\ud800"}', "/a Character 0 is half"),
        (b'{"a":"\xff"}', " It is not UTF-8: byte 6"),
        (b'{"a":"' + b"x" * 200 + b'"}', " A line has at most 100 bytes."),
        (b'{"a":' + b"[" * 30, " It is nested more than 20 deep"),
        (b"\xef\xbb\xbf{}", " It begins with a byte order mark"),
        (b'{"a":1}{"b":2}', " It is no JSON"),
    ],
)
def test_json_line_that_is_wrong_is_refused_alone(line: bytes, message: str) -> None:
    good, bad, other = of_json(b'{"a":1.30}\r\n' + line + b'\n \n{"b":2}')

    assert str(good.given["a"]) == "1.30"
    assert (bad.line, other) == (2, Row(line=4, given={"b": 2}))
    assert told(bad).startswith(message)


def test_lines_can_be_read_from_any_line_on() -> None:
    body = b"one\ntwo two\n\nfour"
    whole = Lines([body], at_most=100)
    for line in whole:
        rest = Lines([body[whole.byte :]], at_most=100, byte=whole.byte, line=whole.line)
        assert [each.number for each in rest] == list(range(line.number + 1, 5))
    assert (whole.byte, whole.line) == (len(body), 4)


def inflate(body: bytes) -> bytes:
    return b"".join(payload.inflated(body, encoding="gzip"))


def test_gzip_is_inflated_in_equal_pieces() -> None:
    body = b"".join(json.dumps({"slug": str(number) * 3}).encode() for number in range(60_000))
    pieces = list(payload.inflated(gzip.compress(body), encoding="gzip"))

    assert b"".join(pieces) == body
    assert {len(piece) for piece in pieces[:-1]} == {payload.PIECE_BYTES}
    assert inflate(gzip.compress(b"ab") + gzip.compress(b"cd")) == b"abcd"


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"no gzip", "invalid-body"),
        (gzip.compress(b"rows" * 1000)[:-9], "invalid-body"),
        (gzip.compress(b"rows") + b"more", "invalid-body"),
        (gzip.compress(b""), "invalid-body"),
        (gzip.compress(b"0" * 5_000_000), "too-large"),
    ],
    ids=["no gzip", "cut", "followed", "empty", "bomb"],
)
def test_gzip_that_is_broken_or_grows_too_much_is_refused(body: bytes, slug: str) -> None:
    inflated: list[Any] = []
    with pytest.raises(Problem) as refused:
        inflated.extend(payload.inflated(body, encoding="gzip"))

    assert refused.value.type.slug == slug
    # Never more is inflated than was told to be too much.
    assert sum(map(len, inflated)) <= max(payload.MAX_RATIO * len(body), payload.PIECE_BYTES)
