"""What was redacted is gone from feeds, linked data and references too, also as of older revisions."""

import pytest

from greenapi.ledger.models import ChangeClass
from greenapi.ledger.redaction import redact
from greenapi.urls import FEEDS
from indicators.models import Commitment
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

from .moments import head
from .test_feeds import ATOM, CORRECTIONS, FACTS, link, newest, read

pytestmark = pytest.mark.django_db

SECRET = "Zofia Quillfeather"


def everything(api: ContractClient, path: str, *, since: int) -> bytes:
    """What is answered of a fact in all formats and feeds, as of each revision and of none."""
    formats = [f"{path}?format={form}" for form in ("jsonld", "bib", "csl")]
    addresses = [*formats, "/api/v1/commitments?format=bib", *(f"/api/v1/{name}" for name in FEEDS)]
    ends = ["", *(f"as_of={number}" for number in range(since + 1, head() + 1))]
    return b"".join(
        api.get(f"{address}{'&' if '?' in address else '?'}{end}".rstrip("?&")).content
        for address in addresses
        for end in ends
    )


def secret_commitment() -> Commitment:
    with change():
        fact = facts.commitment(title=SECRET)
    with change(change_class=ChangeClass.OUR_CORRECTION):
        Commitment.objects.filter(id=fact.id).update(note="More.")
    return fact


def test_redacted_field(api: ContractClient, dataset: None) -> None:
    before = head()
    fact = secret_commitment()
    path = f"/api/v1/commitments/{fact.id}"
    assert everything(api, path, since=before).count(SECRET.encode()) > 10
    with change(change_class=ChangeClass.REDACTION):
        redact(Commitment, fact.id, fields=["title"], authority="a court", reason="a name")

    found = everything(api, path, since=before)

    assert SECRET.encode() not in found
    assert newest(api, FACTS, since=before) == [("published", "[redacted]", before + 1)]
    assert newest(api, CORRECTIONS, since=before) == [
        ("redacted", "[redacted]", before + 3),
        ("changed", "[redacted]", before + 2),
    ]


def test_redacted_fact(api: ContractClient, dataset: None) -> None:
    before = head()
    fact = secret_commitment()
    with change(change_class=ChangeClass.REDACTION):
        redact(Commitment, fact.id, authority="a court", reason="a name")

    found = everything(api, f"/api/v1/commitments/{fact.id}", since=before)

    assert SECRET.encode() not in found
    assert newest(api, FACTS, since=before) == []
    assert newest(api, CORRECTIONS, since=before) == [("redacted", f"commitments {fact.id}", before + 3)]
    entry = read(api, CORRECTIONS).find("a:entry", ATOM)
    assert entry is not None
    assert [row["record"] for row in api.read(link(entry, "alternate"))["results"]] == [str(fact.id)]
