"""What a search finds, how it is ordered and shown, and that its pages do not repeat."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from briefings.models import DocumentVersion
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

WORDS = (
    "Zorvath kilns glow at night. The quenched zorvath of Brixel, café included, is <b>not</b> for sale — 😀 zorvath.\n"
)


def address(q: str, **parameters: object) -> str:
    return f"/api/v1/search?{urlencode({'q': q, **parameters})}"


def found(api: ContractClient, q: str, **parameters: object) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = api.read(address(q, **parameters))["results"]
    return hits


def ids(hits: list[dict[str, Any]]) -> set[str]:
    return {hit["id"] for hit in hits}


def spoken(text: str = WORDS, **document: Any) -> tuple[DocumentVersion, str]:
    """A held text of a document, public unless told otherwise, with one segment that is all of it; and its id."""
    version = sources.version(text=text, of=sources.document(**document))
    segment = sources.segment(of=version, start=0, end=len(text))
    return version, str(segment.id)


@pytest.fixture
def segment(dataset: None) -> str:
    """The segment of WORDS, in a public text."""
    with change():
        return spoken()[1]


@pytest.mark.parametrize(
    "q",
    [
        "zorvath",
        "ZORVATH kilns",
        "glowing kiln",
        '"quenched zorvath"',
        "cafe",
        "brixel or nowhere",
        "zorvath -submarine",
        "zorvath !!! ((( :*&|",
    ],
)
def test_words_are_found_by_stem_phrase_and_alternative(api: ContractClient, segment: str, q: str) -> None:
    assert ids(found(api, q)) == {segment}


@pytest.mark.parametrize("q", ['"zorvath quenched"', "zorvath submarine", "zorvath -kilns", "the of and", "x"])
def test_what_does_not_match_is_not_found(api: ContractClient, segment: str, q: str) -> None:
    assert segment not in ids(found(api, q))


def test_highlights_are_exact_in_passage_and_document(api: ContractClient, segment: str) -> None:
    (hit,) = found(api, "zorvath sale")
    (passage,) = hit["passages"]
    text = api.read(f"{hit['document_version']['href']}")["text"]

    assert (passage["text"], passage["start"], hit["href"]) == (WORDS, 0, f"/api/v1/segments/{segment}")
    assert [WORDS[light["start"] : light["end"]] for light in passage["highlights"]] == [
        "Zorvath",
        "zorvath",
        "sale",
        "zorvath",
    ]
    assert [text[light["document_start"] : light["document_end"]] for light in passage["highlights"]] == [
        "Zorvath",
        "zorvath",
        "sale",
        "zorvath",
    ]


def test_misspelt_words_find_similar_ones_where_nothing_has_the_words(api: ContractClient, segment: str) -> None:
    page = api.read(address("zorvaht kilns"))
    (hit,) = page["results"]

    assert (page["matched"], hit["id"], hit["rank"]) == ("similar_words", segment, Decimal("0.45"))
    assert api.read(address("zorvath"))["matched"] == "words"


def test_facts_and_indicators_are_found_with_the_fields_that_match(api: ContractClient, dataset: None) -> None:
    with change():
        indicator = facts.indicator(name="Zorvath intensity", definition="Quenched kilns per head.")
        observation = facts.observation(scope_words="zorvath kilns of Brixel", indicator=indicator)
        commitment = facts.commitment(title="Close every zorvath kiln")

    hits = {hit["kind"]: hit for hit in found(api, "zorvath")}

    assert {kind: hit["id"] for kind, hit in hits.items()} == {
        "indicator": str(indicator.id),
        "observation": str(observation.id),
        "commitment": str(commitment.id),
    }
    assert hits["indicator"]["href"] == f"/api/v1/indicators/{indicator.slug}"
    assert [passage["field"] for passage in hits["observation"]["passages"]] == ["scope_words"]
    assert ids(found(api, "zorvath", kind="indicator")) == {str(indicator.id)}
    assert ids(found(api, "zorvath", kind__in="indicator,commitment")) == {str(indicator.id), str(commitment.id)}


def test_better_ranks_come_first_and_name_counts_most(api: ContractClient, dataset: None) -> None:
    with change():
        late = facts.indicator(name="Kilns", definition="Anything else.", note="Not of the zorvath.")
        first = facts.indicator(name="Zorvath", definition="Anything at all.")

    hits = found(api, "zorvath")

    assert [hit["id"] for hit in hits] == [str(first.id), str(late.id)]
    assert hits[0]["rank"] > hits[1]["rank"]


def test_pages_neither_repeat_nor_skip_while_others_write(api: ContractClient, dataset: None) -> None:
    with change():
        made = {str(facts.indicator(name=f"Zorvath {number % 3}").id) for number in range(7)}

    page = api.read(address("zorvath", page_size=2))
    with change():
        facts.indicator(name="Zorvath zorvath zorvath")
    pages, back = [page], []
    while page["next"]:
        page = api.read(page["next"])
        pages.append(page)
    while page["previous"]:
        page = api.read(page["previous"])
        back.append(page)

    listed = [hit["id"] for page in pages for hit in page["results"]]
    assert sorted(listed) == sorted(made)
    assert [hit["id"] for page in reversed(back) for hit in page["results"]] == listed[:6]
    assert {page["revision"] for page in pages} == {pages[0]["revision"]}


def test_same_revision_has_the_same_bytes_for_ever(api: ContractClient, segment: str) -> None:
    number = api.read(address("zorvath"))["revision"]
    before = [api.get(address(q, as_of=number)).content for q in ("zorvath", "zorvaht")]
    with change():
        facts.indicator(name="Zorvaht, a zorvath")
        spoken(WORDS.replace("Brixel", "Elsewhere"))

    assert [api.get(address(q, as_of=number)).content for q in ("zorvath", "zorvaht")] == before
    assert len(found(api, "zorvath")) == 3
    assert found(api, "zorvath", as_of=number - 1) == []


def test_too_common_words_are_ranked_in_part_and_say_so(
    api: ContractClient, dataset: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("greenapi.search.finding.MOST_RANKED", 3)
    with change():
        for _ in range(4):
            facts.commitment(title="Close every zorvath kiln")
        facts.indicator(name="Zorvath")

    page = api.read(address("zorvath"))

    assert (page["limited"], len(page["results"])) == (True, 4)
    assert api.read(address("zorvath", kind="indicator"))["limited"] is False


def test_queries_of_a_search_are_constant(api: ContractClient, dataset: None) -> None:
    counts = []
    for size in (1, 3, 100):
        with CaptureQueriesContext(connection) as captured:
            assert found(api, "green", page_size=size)
        counts.append(len(captured))

    # Transaction, snapshot, what was asked, the page.
    assert counts == [5, 5, 5]


def test_lists_are_filtered_by_words(api: ContractClient, segment: str) -> None:
    with change():
        facts.indicator(name="Zorvath intensity")

    assert ids(api.read("/api/v1/segments?q=zorvath")["results"]) == {segment}
    assert api.read("/api/v1/segments?q=zorvaht")["results"] == []
    assert [row["name"] for row in api.read("/api/v1/indicators?q=zorvath")["results"]] == ["Zorvath intensity"]
    assert api.read("/api/v1/segments?q=the")["results"] == []
    number = api.read("/api/v1/segments?q=zorvath")["revision"]
    assert ids(api.read(f"/api/v1/segments?q=zorvath&as_of={number}")["results"]) == {segment}
    assert api.read(f"/api/v1/segments?q=zorvath&as_of={number - 2}")["results"] == []
    assert api.get("/api/v1/segments?q=-zorvath").status_code == 400
