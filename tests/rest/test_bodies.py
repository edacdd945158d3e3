"""Bodies: what is taken, and what is refused before anything is read into it."""

import gzip
import json
from typing import Any

import pytest

from greenapi.access.scopes import Scope
from greenapi.ledger.models import LedgerHead
from tests.contract.client import ContractClient, parse

from .writes import REASON, Writer, errors_of, example_of

pytestmark = pytest.mark.django_db
UNITS = "/api/v1/units"
GOOD = json.dumps({**example_of("units"), "reason": REASON}).encode()
# A text that every sort of tidying would change.
AWKWARD = " \u00a0\r\n\r\ta\u0308 \u00e4 \u1100\u1161\uac00 \ufb01 \u200b\u202e“x”\u2028\U0001f600\ufeff \n"


@pytest.fixture
def ada(api: ContractClient, dataset: None) -> Writer:
    return Writer(api, Scope.REVIEW, name="ada")


@pytest.mark.parametrize(
    ("body", "kind", "headers", "status"),
    [
        (GOOD, "application/json", {}, 201),
        (GOOD, "application/json; charset=UTF-8", {}, 201),
        (GOOD, "application/json", {"Content-Encoding": "identity"}, 201),
        (GOOD, "application/json; charset=utf-16", {}, 415),
        (GOOD, "text/plain", {}, 415),
        (GOOD, "application/merge-patch+json", {}, 415),
        (GOOD, "application/x-www-form-urlencoded", {}, 415),
        (GOOD, "multipart/form-data; boundary=x", {}, 415),
        (GOOD, "", {}, 415),
        (gzip.compress(GOOD), "application/json", {"Content-Encoding": "gzip"}, 415),
        (GOOD, "application/json", {"Content-Encoding": "br, gzip"}, 415),
        (b"", "application/json", {}, 400),
        (GOOD[:-1], "application/json", {}, 400),
        (b"\xef\xbb\xbf" + GOOD, "application/json", {}, 400),
        (GOOD.decode().encode("utf-16"), "application/json", {}, 400),
        (GOOD[:-1] + b', "note": "\xff"}', "application/json", {}, 400),
        (GOOD[:-1] + b', "name": "\xed\xa0\x80"}', "application/json", {}, 400),
        (b"[" + GOOD + b"]", "application/json", {}, 400),
        (b'"text"', "application/json", {}, 400),
        (b"null", "application/json", {}, 400),
        (b" " * 2**20 + GOOD, "application/json", {}, 413),
    ],
)
def test_body_is_taken_or_refused(ada: Writer, body: bytes, kind: str, headers: dict[str, str], status: int) -> None:
    number = LedgerHead.objects.get().number

    answer = ada.send("post", UNITS, body, kind=kind, **headers)

    assert answer.status_code == status, answer.content
    assert LedgerHead.objects.get().number == number + (status == 201)


@pytest.mark.parametrize(
    ("resource", "wrong", "pointer"),
    [
        ("units", {"name": 5}, "/name"),
        ("units", {"name": None}, "/name"),
        ("units", {"name": ""}, "/name"),
        ("units", {"name": ["x"]}, "/name"),
        ("units", {"name": "x" * 121}, "/name"),
        ("units", {"slug": "two words"}, "/slug"),
        ("units", {"slug": "percent\n"}, "/slug"),
        ("units", {"slug": "prozént"}, "/slug"),
        ("organizations", {"kind": "club"}, "/kind"),
        ("organizations", {"kind": True}, "/kind"),
        ("organizations", {"parent": 5}, "/parent"),
        ("organizations", {"parent": {"slug": "china"}}, "/parent"),
        ("briefings", {"held_on": "2031-02-30"}, "/held_on"),
        ("briefings", {"held_on": "2031-3-1"}, "/held_on"),
        ("briefings", {"held_on": "٢٠٣١-٠٣-٠١"}, "/held_on"),
        ("briefings", {"held_on": 20310301}, "/held_on"),
        ("briefings", {"is_fiction": "true"}, "/is_fiction"),
        ("briefings", {"is_fiction": 1}, "/is_fiction"),
        ("documents", {"url": ""}, "/url"),
        ("documents", {"page": "1"}, "/page"),
        ("documents", {"page": 1.5}, "/page"),
        ("documents", {"page": -1}, "/page"),
        ("documents", {"page": 2**31}, "/page"),
        ("documents", {"page": True}, "/page"),
        ("observations", {"value": "55"}, "/value"),
        ("observations", {"value": True}, "/value"),
        ("observations", {"segment": "5"}, "/segment"),
        ("observations", {"id": "019A5F0C"}, "/id"),
        ("observations", {"bounds": None}, "/bounds"),
        ("observations", {"state": "published"}, "/state"),
        ("observations", {"submitted_by": "ada"}, "/submitted_by"),
        ("observations", {"citations": {}}, "/citations"),
        ("observations", {"citations": [5]}, "/citations/0"),
        ("observations", {"citations": [{"part": "value"}, {"part": "all"}]}, "/citations/1/part"),
        ("commitments", {"target": []}, "/target"),
        ("commitments", {"target": {"bounds": None}}, "/target/bounds"),
        ("commitments", {"deadline": {"on": "soon"}}, "/deadline/on"),
        ("commitments", {"fulfilment": "kept"}, "/fulfilment"),
        ("indicators", {"topics": "energy"}, "/topics"),
        ("claim-links", {"source": {"resource": "units", "id": "x"}}, "/source/resource"),
        ("claim-links", {"source": {"resource": "observations"}}, "/source/id"),
        ("document-versions", {"text": None}, "/text"),
    ],
)
def test_wrong_value_is_refused_with_its_place(ada: Writer, resource: str, wrong: dict[str, Any], pointer: str) -> None:
    answer = ada.post(f"/api/v1/{resource}", {**example_of(resource), **wrong})

    assert answer.status_code == 400, answer.content
    assert pointer in errors_of(answer)


@pytest.mark.parametrize(
    ("resource", "wrong", "pointer"),
    [
        ("documents", {"url": "javascript:alert(1)"}, "/url"),
        ("documents", {"url": f"https://{'a.' * 200}example"}, "/url"),
        ("commitments", {"target": {"indicator": "no-such"}}, "/target/indicator"),
        ("indicators", {"domain": {"lower": 5, "upper": 1}}, "/domain"),
        ("indicators", {"domain": {"lower_closed": True}}, "/domain"),
        ("indicators", {"topics": ["energy", "no-such"]}, "/topics/1"),
        ("document-versions", {"length": 5}, "/length"),
    ],
)
def test_value_that_breaks_a_rule_is_refused_with_its_place(
    ada: Writer, resource: str, wrong: dict[str, Any], pointer: str
) -> None:
    answer = ada.post(f"/api/v1/{resource}", {**example_of(resource), **wrong})

    assert answer.status_code == 422, answer.content
    assert pointer in errors_of(answer)


def test_whole_number_may_be_written_with_a_point(ada: Writer) -> None:
    body = json.dumps({**example_of("documents"), "reason": REASON, "page": 2, "page_basis": "stated", "page_count": 3})

    made = ada.send("post", "/api/v1/documents", body.replace('"page": 2', '"page": 2.0').encode())

    assert made.status_code == 201, made.content
    assert parse(made.content)["page"] == 2
    assert b'"page":2,' in made.content


def test_text_is_kept_as_it_was_sent(ada: Writer) -> None:
    made = ada.post(UNITS, {**example_of("units"), "definition": AWKWARD})
    changed = ada.patch(made.headers["Location"], {"definition": AWKWARD[::-1]})

    assert parse(made.content)["definition"] == AWKWARD
    assert parse(changed.content)["definition"] == AWKWARD[::-1]


def test_number_is_kept_with_its_digits(ada: Writer) -> None:
    values = {"value_printed": "1.30 percent", "value_high": None, "comparator": "eq"}
    body = json.dumps({**example_of("observations"), **values, "reason": REASON, "value": 7})

    made = ada.send("post", "/api/v1/observations", body.replace('"value": 7', '"value": 1.30').encode())

    assert b'"value":1.30,' in made.content
    path = made.headers["Location"]
    number = made.headers["Revision"]
    same = ada.send("patch", path, b'{"reason": "x", "value": 130e-2}', **{"If-Match": ada.etag(path)})
    assert same.headers["Revision"] == number
    other = ada.send("patch", path, b'{"reason": "x", "value": 1.3}', **{"If-Match": ada.etag(path)})
    assert b'"value":1.3,' in other.content
    assert int(other.headers["Revision"]) == int(number) + 1


@pytest.mark.parametrize("key", ["", "two words", "é", "x" * 256, "a\tb"])
def test_key_that_is_none_is_refused(ada: Writer, key: str) -> None:
    assert ada.post(UNITS, example_of("units"), **{"Idempotency-Key": key}).status_code == 400


@pytest.mark.parametrize("query", ["dry_run=yes", "dry_run=", "dry_run=true&dry_run=true", "as_of=5", "reason=x"])
def test_parameter_that_writing_does_not_know_is_refused(ada: Writer, query: str) -> None:
    assert ada.post(f"{UNITS}?{query}", example_of("units")).status_code == 400


def test_record_that_others_refer_to_stays(ada: Writer) -> None:
    answer = ada.delete("/api/v1/organizations/harbour-city-press-desk")

    assert answer.status_code == 409
    detail = parse(answer.content)["detail"]
    assert "documents fiction-2031-harbour-city-clean-ferries" in detail
    assert ada.delete("/api/v1/citations/01a20156-8438-79c5-a710-b2f9a5478047").status_code == 409
    assert (
        "observations 01a20156-843b-75e5-b45f-fbd69ab71118"
        in parse(ada.delete("/api/v1/citations/01a20156-8438-79c5-a710-b2f9a5478047").content)["detail"]
    )


def test_proof_of_a_public_fact_is_not_moved(ada: Writer) -> None:
    answer = ada.patch("/api/v1/citations/01a20156-8438-79c5-a710-b2f9a5478047", {"prefix": "x"})

    assert answer.status_code == 409


def test_delete_takes_no_body(ada: Writer) -> None:
    etag = ada.etag(f"{UNITS}/percent")
    headers = ada.headers | {"If-Match": etag}

    answer = ada.api.delete(f"{UNITS}/percent?reason=x", data="{}", content_type="application/json", headers=headers)

    assert answer.status_code == 400
