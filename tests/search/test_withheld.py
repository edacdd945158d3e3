"""Nothing can be learnt by searching about what may not be read: not of texts, nor of facts that are not public."""

from typing import Any

import pytest

from briefings.changes import hold_text
from briefings.models import Document, DocumentVersion
from greenapi.ledger.identifiers import uuid7
from indicators import changes
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

from .test_search import found, ids

pytestmark = pytest.mark.django_db

FILLER = "Mills turn. " * 40
CITED = "Nearly forty quandlebirds nest here"
TEXT = f"Vexmoor is quiet. {FILLER}{CITED}. {FILLER}Yarrowdeep is loud.\n"
FAR = ("vexmoor", "yarrowdeep", '"vexmoor is"', "vexmor", "yarowdeep", "vexmoor or yarrowdeep")


def held(policy: str) -> DocumentVersion:
    version = sources.version(text=TEXT, of=sources.document(text_policy=policy))
    sources.segment(of=version, start=0, end=len(TEXT))
    return version


def fact(version: DocumentVersion, *, published: bool) -> Any:
    """A commitment of the text's only segment, whose whole is proved by CITED."""
    made = facts.commitment(segment=version.segments.get(), published=published, cited=False)
    start = TEXT.index(CITED)
    place = sources.citation(of=version, exact=CITED, start=start)
    changes.cite(made, parts=[("whole", place)])
    return place


def nothing_of(api: ContractClient, words: tuple[str, ...], **parameters: object) -> bool:
    """Whether searches for the words answer what they answer for words that stand nowhere."""
    lists = ("segments", "citations")
    return all(found(api, word, **parameters) == [] for word in words) and all(
        api.read(f"/api/v1/{name}?q={word}")["results"] == [] for name in lists for word in words if " " not in word
    )


@pytest.mark.parametrize("policy", ["excerpt", "staff"])
def test_words_of_withheld_text_are_not_found(api: ContractClient, dataset: None, policy: str) -> None:
    with change():
        version = held(policy)
        fact(version, published=True)

    assert nothing_of(api, FAR)
    assert found(api, "quandlebirds", kind="segment") == []


def test_of_an_excerpt_text_cited_words_are_found_and_no_more_is_shown(api: ContractClient, dataset: None) -> None:
    with change():
        place = fact(held("excerpt"), published=True)

    (hit,) = found(api, "quandlebird")
    (passage,) = hit["passages"]
    excerpt = api.read(f"/api/v1/citations/{place.id}")["excerpt"]

    assert (hit["id"], passage["field"]) == (str(place.id), "excerpt")
    assert passage["text"] in excerpt["text"]
    assert TEXT[passage["start"] :].startswith(passage["text"])
    (light,) = passage["highlights"]
    assert TEXT[light["document_start"] : light["document_end"]] == "quandlebirds"


def test_staff_text_is_not_even_found_by_what_is_cited(api: ContractClient, dataset: None) -> None:
    with change():
        fact(held("staff"), published=True)

    assert nothing_of(api, ("quandlebird", "quandlebrid"))


def test_citation_is_found_without_its_text_by_its_own_words_only(api: ContractClient, dataset: None) -> None:
    with change():
        version = sources.version(text=f"{TEXT} ", held=False)
        sources.segment(of=version, start=0, end=len(TEXT))
        place = fact(version, published=True)

    (hit,) = found(api, "quandlebird")

    assert (hit["id"], hit["passages"][0]["field"], hit["passages"][0]["text"]) == (str(place.id), "exact", CITED)
    assert nothing_of(api, FAR)


def test_citation_of_an_unpublished_fact_is_not_found(api: ContractClient, dataset: None) -> None:
    with change():
        version = held("excerpt")
        place = fact(version, published=False)
    drafted = api.read("/api/v1/units")["revision"]
    assert nothing_of(api, ("quandlebird", "quandlebrid"))

    with change():
        made = facts.commitment(segment=version.segments.get(), cited=False)
        changes.cite(made, parts=[("whole", place)])
    published = api.read("/api/v1/units")["revision"]
    assert ids(found(api, "quandlebird")) == {str(place.id)}
    assert found(api, "quandlebird", as_of=drafted) == []

    with change():
        changes.withdraw(made)
    assert found(api, "quandlebird") == []
    assert ids(found(api, "quandlebird", as_of=published)) == {str(place.id)}


def test_draft_and_withdrawn_facts_are_not_found(api: ContractClient, dataset: None) -> None:
    with change():
        draft = facts.commitment(title="Tame all quandlebirds", published=False)
        withdrawn = facts.commitment(title="Feed all quandlebirds")
    then = api.read("/api/v1/units")["revision"]
    with change():
        changes.withdraw(withdrawn)

    assert nothing_of(api, ("quandlebird", "quandlebrid"))
    assert ids(found(api, "quandlebird", as_of=then)) == {str(withdrawn.id)}
    with change():
        changes.submit(draft, by="ada")
    with change():
        changes.publish(draft, by="bea")
    assert ids(found(api, "quandlebird")) == {str(draft.id)}


def test_policy_is_that_of_then_and_of_today(api: ContractClient, dataset: None) -> None:
    """What was public once is not shown any more, nor what is public now where it was not."""
    with change():
        version = held("public")
    public = api.read("/api/v1/units")["revision"]
    assert len(found(api, "vexmoor")) == 1
    with change():
        Document.objects.filter(pk=version.document_id).update(text_policy="excerpt")
    closed = api.read("/api/v1/units")["revision"]
    assert nothing_of(api, FAR)
    assert nothing_of(api, FAR, as_of=public)
    with change():
        Document.objects.filter(pk=version.document_id).update(text_policy="public")

    assert len(found(api, "vexmoor", as_of=public)) == 1
    assert found(api, "vexmoor", as_of=closed) == []


def test_text_attached_later_was_not_there_before(api: ContractClient, dataset: None) -> None:
    with change():
        version = sources.version(text=TEXT, held=False)
        sources.segment(of=version, start=0, end=len(TEXT))
    before = api.read("/api/v1/units")["revision"]
    with change():
        hold_text(version, text=TEXT)

    assert len(found(api, "vexmoor")) == 1
    assert found(api, "vexmoor", as_of=before) == []


def test_withheld_records_do_not_crowd_out_others(
    api: ContractClient, dataset: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("greenapi.search.finding.MOST_RANKED", 2)
    with change():
        for number in range(3):
            text = f"{TEXT}{number}\n"
            version = sources.version(text=text, of=sources.document(text_policy="staff"))
            sources.segment(of=version, start=0, end=len(TEXT), id=uuid7())
        shown = sources.version(text=f"{TEXT}shown\n")
        segment = sources.segment(of=shown, start=0, end=len(TEXT))

    assert ids(found(api, "vexmoor")) == {str(segment.id)}
