"""The ledger's head and its proof: whoever has only `hashlib`, `json` and the answers can verify every revision."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from greenapi.ledger.models import ChangeClass, LedgerHead
from greenapi.ledger.redaction import redact
from indicators.models import Unit
from tests.conftest import Backup
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

Body = dict[str, Any]
PROOF = "/api/v1/ledger/proof"


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def verified(page: Body, *, number: int, sealed: str) -> tuple[int, str]:
    """Where a page of the proof leads from a head that was kept; it fails where that cannot be proved.

    This is what the documentation tells a client to do.
    """
    assert page["after"] == {"number": number, "hash": sealed}
    for revision in page["revisions"]:
        assert revision["number"] == number + 1
        assert revision["rows"] == sorted(revision["rows"])
        rows = hashlib.sha256(b"".join(bytes.fromhex(row) for row in revision["rows"])).hexdigest()
        assert revision["rows_hash"] == rows
        text = canonical(
            {
                **{name: revision[name] for name in ("actor", "change_class", "reason", "recorded_at")},
                "number": str(revision["number"]),
                "previous": sealed,
                "rows": rows,
            }
        )
        number, sealed = revision["number"], hashlib.sha256(text).hexdigest()
        assert revision["hash"] == sealed
    if page["next"] is None:
        assert (page["head"]["number"], page["head"]["hash"]) == (number, sealed)
    return number, sealed


def pages(api: ContractClient, path: str = PROOF) -> Iterator[Body]:
    following: str | None = path
    while following is not None:
        page = api.read(following)
        yield page
        following = page["next"]


def first_hash(api: ContractClient) -> str:
    ledger: Body = api.read("/api/v1/ledger")
    computed = hashlib.sha256(ledger["ledger_id"].encode()).hexdigest()
    assert ledger["first_hash"] == computed
    return computed


def make_history() -> None:
    with change(actor="ada “ü”", reason="a\tb\\\x01\x7f😀"):
        unit = facts.unit(name="Jane Roe")
    with change():
        facts.observation(published=False)
    with change(change_class=ChangeClass.OUR_CORRECTION):
        Unit.objects.filter(pk=unit.pk).update(symbol='"')
        facts.observation()
    with change(change_class=ChangeClass.REDACTION):
        redact(Unit, unit.pk, fields=["name"], authority="a court", reason="a name")


def test_ledger_tells_its_head(api: ContractClient, ledger_db: None) -> None:
    start = api.read("/api/v1/ledger")
    ledger_id = str(LedgerHead.objects.get().ledger_id)
    assert start == {
        "ledger_id": ledger_id,
        "number": 0,
        "recorded_at": None,
        "hash": first_hash(api),
        "cursor": f"{ledger_id}.0.{first_hash(api)}",
        "first_hash": first_hash(api),
    }
    make_history()

    ledger = api.read("/api/v1/ledger")

    newest = api.read("/api/v1/revisions/4")
    assert {name: ledger[name] for name in ("number", "recorded_at", "hash")} == {
        name: newest[name] for name in ("number", "recorded_at", "hash")
    }
    assert ledger["cursor"] == f"{ledger_id}.4.{newest['hash']}"
    assert ledger["first_hash"] == start["first_hash"]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_whole_chain_is_verified_from_the_answers_alone(api: ContractClient, ledger_db: None, size: int) -> None:
    make_history()
    number, sealed = 0, first_hash(api)

    for page in pages(api, f"{PROOF}?page_size={size}"):
        assert len(page["revisions"]) <= size
        number, sealed = verified(page, number=number, sealed=sealed)

    ledger = api.read("/api/v1/ledger")
    assert (number, sealed) == (ledger["number"], ledger["hash"])
    assert number == 4


def test_stretch_is_verified_from_a_head_that_was_kept(api: ContractClient, ledger_db: None) -> None:
    with change():
        facts.unit()
    kept = api.read("/api/v1/ledger")
    assert verified(api.read(f"{PROOF}?after={kept['cursor']}"), number=1, sealed=kept["hash"]) == (1, kept["hash"])
    make_history()

    (page,) = pages(api, f"{PROOF}?after={kept['cursor']}")

    assert [revision["number"] for revision in page["revisions"]] == [2, 3, 4, 5]
    assert verified(page, number=1, sealed=kept["hash"])[0] == 5


def test_rows_of_the_feed_are_those_that_were_sealed(api: ContractClient, ledger_db: None) -> None:
    make_history()
    (page,) = pages(api)
    sealed = {revision["number"]: revision["rows"] for revision in page["revisions"]}
    seen = [each for revision in api.read("/api/v1/changes")["results"] for each in revision["changes"] if each["hash"]]

    checked = [each for each in seen if each["redacted_in"] is None]
    for each in seen:
        assert each["hash"] in sealed[each["recorded_in"]]
    for each in checked:
        text = each["salt"].encode() + canonical({**each["sealed_as"], "row": each["values"]})
        assert hashlib.sha256(text).hexdigest() == each["hash"]
    # Drafts are sealed, and not shown; what was redacted is shown, and cannot be recomputed.
    assert len(checked) == len(seen) - 2 > 10
    assert len({each["hash"] for each in seen}) < sum(map(len, sealed.values()))


TAMPERED = {
    "actor": "eve",
    "reason": "another",
    "change_class": "merge",
    "recorded_at": "2031-01-01T00:00:00.000000Z",
    "number": 7,
    "rows": ["00" * 32],
    "rows_hash": "00" * 32,
    "hash": "00" * 32,
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_answer_is_found_out(api: ContractClient, ledger_db: None, name: str) -> None:
    make_history()
    (page,) = pages(api)
    assert verified(page, number=0, sealed=first_hash(api))[0] == 4
    page["revisions"][1][name] = TAMPERED[name]

    with pytest.raises(AssertionError):
        verified(page, number=0, sealed=first_hash(api))


def test_tampered_row_of_the_feed_is_found_out(api: ContractClient, ledger_db: None) -> None:
    with change():
        facts.unit(name="true")
    (each,) = api.read("/api/v1/changes")["results"][0]["changes"]
    each["values"]["name"] = "false"

    text = each["salt"].encode() + canonical({**each["sealed_as"], "row": each["values"]})

    assert hashlib.sha256(text).hexdigest() != each["hash"]


def test_rewritten_history_cannot_be_proved_to_a_head_that_was_kept(api: ContractClient, backup: Backup) -> None:
    with change(reason="true"):
        facts.unit()
    kept = api.read("/api/v1/ledger")
    backup.restore()
    with change(reason="false"):
        facts.unit()

    answer = api.get(f"{PROOF}?after={kept['cursor']}")

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/ledger-diverged")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/ledger?x=1", "unknown-parameter"),
        ("/api/v1/ledger?as_of=1", "unknown-parameter"),
        (f"{PROOF}?after=x", "invalid-cursor"),
        (f"{PROOF}?after=", "invalid-parameter"),
        (f"{PROOF}?page_size=x", "invalid-parameter"),
        (f"{PROOF}?wait=1", "unknown-parameter"),
    ],
)
def test_rubbish_is_refused(api: ContractClient, ledger_db: None, path: str, kind: str) -> None:
    answer = api.get(path)

    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{kind}")


@pytest.mark.parametrize("path", ["/api/v1/ledger", PROOF])
def test_answers_have_validators(api: ContractClient, ledger_db: None, path: str) -> None:
    make_history()
    answer = api.get(path)

    assert (answer.headers["Revision"], answer.headers["Cache-Control"]) == ("4", "public, no-cache")
    assert api.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_first_page_of_the_api_leads_here(api: ContractClient, dataset: None) -> None:
    listed = api.read("/api/v1")

    for name in ("changes", "ledger", "ledger/proof"):
        assert listed[name] == f"/api/v1/{name}"
        assert api.get(listed[name]).status_code == 200


def test_redactions_are_listed_as_tombstones(api: ContractClient, ledger_db: None) -> None:
    make_history()
    unit = Unit.objects.order_by("pk").first()
    assert unit is not None

    (row,) = api.read("/api/v1/redactions")["results"]

    assert {**row, "id": None, "href": None} == {
        "id": None,
        "resource": "units",
        "record": str(unit.id),
        "fields": ["name"],
        "authority": "a court",
        "reason": "a name",
        "revision": {"number": 4, "href": "/api/v1/revisions/4"},
        "href": None,
    }
    assert UUID(row["id"]).version == 7
    assert api.read(row["href"]) == row
    assert api.read("/api/v1/redactions?resource=units&revision=4")["results"] == [row]
    assert api.read("/api/v1/redactions?resource=topics")["results"] == []
    assert api.read("/api/v1/redactions?as_of=3")["results"] == []
    assert api.read("/api/v1/redactions?as_of=4")["results"] == [row]
