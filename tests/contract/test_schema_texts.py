"""The patterns of the document say of texts what the service does: what they do not match is refused."""

import re
from urllib.parse import quote

import pytest

from greenapi.rest import schema_texts
from tests.contract.client import ContractClient
from tests.rest.writes import Writer, example_of

NAMES = ["number", "id", "stated_on"]


@pytest.mark.parametrize(
    "ordering",
    [
        "id",
        "-id",
        "number,-id",
        "stated_on,number,-id",
        "-id,stated_on",
        "",
        "id,",
        ",id",
        "id,-id",
        "--id",
        "id id",
        "nr",
    ],
)
def test_orderings_that_match_are_taken_and_no_others(api: ContractClient, dataset: None, ordering: str) -> None:
    matches = re.search(schema_texts.ordering(NAMES)["pattern"], ordering) is not None

    answer = api.get(f"/api/v1/segments?ordering={quote(ordering)}")

    assert matches == (answer.status_code == 200)


def test_cursors_that_are_given_out_match(api: ContractClient, dataset: None) -> None:
    rows = api.read("/api/v1/segments?page_size=2")["next"].partition("cursor=")[2]
    place = api.read("/api/v1/ledger")["cursor"]

    assert re.search(schema_texts.PAGE_CURSOR["pattern"], rows.replace("%3A", ":"))
    assert re.search(schema_texts.PLACE["pattern"], place)
    assert not re.search(schema_texts.PAGE_CURSOR["pattern"], place)


@pytest.mark.parametrize("reason", ["Read again", " x", "\n\t", "\x19", "\x1f", "\x85", "\ufeff", "\u2003", "", "a\0"])
def test_reasons_that_match_are_taken_and_no_others(api: ContractClient, dataset: None, reason: str) -> None:
    matches = re.search(schema_texts.REASON["pattern"], reason) is not None

    answer = Writer(api).post("/api/v1/units?dry_run=true", {**example_of("units"), "reason": reason})

    assert (answer.status_code == 200) is matches
    assert answer.status_code in {200, 400}
