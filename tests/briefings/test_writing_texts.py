"""Texts are uploaded exactly, to be held under the hash that names their version."""

import hashlib
from typing import Any

import pytest

from greenapi.access.scopes import Scope
from greenapi.ledger.models import LedgerHead
from greenapi.rest import bodies
from tests.contract.client import ContractClient, parse
from tests.rest.writes import Writer, errors_of, example_of

pytestmark = pytest.mark.django_db

VERSIONS = "/api/v1/document-versions"
# Ends of lines, spaces, a byte order mark and Unicode that any tidying would change.
TEXT = "\ufeff \r\nOne\rtwo\n\n a\u0308 \u00e4 \u00a0\u2028 \U0001f600 \ufb01 \t\r\n "


@pytest.fixture
def ada(api: ContractClient, dataset: None) -> Writer:
    return Writer(api, Scope.PROPOSE, name="ada")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def fictional(ada: Writer) -> str:
    """A document of which anyone may read the text."""
    return str(parse(ada.post("/api/v1/documents", example_of("documents")).content)["slug"])


def not_held(ada: Writer, *, text: str = TEXT) -> str:
    given = {"document": fictional(ada), "sha256": sha256(text), "length": len(text)}
    answer = ada.post(VERSIONS, given)
    assert (answer.status_code, parse(answer.content)["held"]) == (201, False), answer.content
    return str(answer.headers["Location"])


def put(ada: Writer, path: str, text: str | bytes, *, kind: str = "text/plain", **headers: str) -> Any:
    body = text.encode() if isinstance(text, str) else text
    headers = {"If-Match": ada.etag(path), **headers}
    return ada.send("put", f"{path}/text?reason=found", body, kind=kind, **headers)


def test_text_in_json_is_kept_as_it_was_sent(ada: Writer) -> None:
    made = ada.post(VERSIONS, {"document": fictional(ada), "text": TEXT})

    version = parse(made.content)
    assert (version["text"], version["sha256"], version["length"]) == (TEXT, sha256(TEXT), len(TEXT))
    assert version["held"] is True


@pytest.mark.parametrize("kind", ["text/plain", "text/plain; charset=utf-8"])
def test_text_is_attached_to_a_version_that_was_not_held(ada: Writer, kind: str) -> None:
    path = not_held(ada)

    held = put(ada, path, TEXT, kind=kind)
    number = LedgerHead.objects.get().number
    again = put(ada, path, TEXT)

    assert held.status_code == 200, held.content
    assert (parse(held.content)["text"], parse(held.content)["held"]) == (TEXT, True)
    assert (again.content, LedgerHead.objects.get().number) == (held.content, number)


def test_text_of_another_hash_is_refused(ada: Writer) -> None:
    path = not_held(ada)

    for text in (TEXT.replace("\r\n", "\n"), TEXT.strip(), TEXT + " "):
        answer = put(ada, path, text)
        assert answer.status_code == 422
        assert set(errors_of(answer)) == {"/text"}
    given = {"document": "mills-page-1", "text": TEXT, "sha256": sha256("x"), "length": 3}
    assert set(errors_of(ada.post(VERSIONS, given))) == {"/sha256", "/length"}


def test_text_with_which_a_citation_does_not_agree_is_refused(ada: Writer) -> None:
    path = not_held(ada)
    place = {"document_version": path.rpartition("/")[2], "start": 4, "end": 7, "exact": "Two"}
    assert ada.post("/api/v1/citations", place).status_code == 201

    answer = put(ada, path, TEXT)

    assert answer.status_code == 422
    assert errors_of(answer) == {"/text": "The text from 4 to 7 is “One”, not “Two”."}


def test_citation_of_other_words_is_told_those_that_stand_there(ada: Writer) -> None:
    version = ada.post(VERSIONS, {"document": fictional(ada), "text": TEXT}).headers["Location"].rpartition("/")[2]
    place = {"document_version": version, "start": 4, "end": 7, "exact": "Two"}

    answer = ada.post("/api/v1/citations", place)
    late = ada.post("/api/v1/citations", {**place, "start": 1000, "end": 1003})
    short = ada.post("/api/v1/citations", {**place, "end": 8})

    assert errors_of(answer) == {"/exact": "The text from 4 to 7 is “One”, not “Two”."}
    assert (answer.status_code, late.status_code, short.status_code) == (422, 422, 422)
    assert set(errors_of(late)) == {"/end"}


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        (b"\xff", "text/plain", 400),
        (b"a\0b", "text/plain", 400),
        (b"", "text/plain", 400),
        (b"a", "text/html", 415),
        (b"a", "text/plain; charset=latin-1", 415),
        (b"a" * (bodies.MAX_TEXT_BYTES + 1), "text/plain", 413),
    ],
    ids=["no UTF-8", "NUL", "none", "HTML", "latin-1", "too large"],
)
def test_what_is_no_text_is_refused(ada: Writer, text: bytes, kind: str, status: int) -> None:
    assert put(ada, not_held(ada), text, kind=kind).status_code == status


def test_large_text_is_taken(ada: Writer) -> None:
    text = "ä\n" * (bodies.MAX_TEXT_BYTES // 3)

    made = ada.post(VERSIONS, {"document": fictional(ada), "text": text})
    too_large = ada.post(VERSIONS, {"document": "mills-page-1", "text": text + "more"})

    assert made.status_code == 201
    assert parse(made.content)["sha256"] == sha256(text)
    assert (too_large.status_code, set(errors_of(too_large))) == (422, {"/text"})


def test_reader_attaches_no_text(ada: Writer, api: ContractClient) -> None:
    path = not_held(ada)

    assert put(Writer(api, Scope.READ), path, TEXT).status_code == 403


def test_version_that_is_there_is_not_recorded_again(ada: Writer) -> None:
    example = example_of("document-versions")
    assert ada.post("/api/v1/document-versions", example).status_code == 201

    again = ada.post("/api/v1/document-versions?dry_run=true", example)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-there")
    assert [error["pointer"] for error in again.json()["errors"]] == ["/sha256"]
