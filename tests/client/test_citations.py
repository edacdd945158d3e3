"""Checking here, and not in the service, that the cited words stand where a citation says."""

from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from greenapi_client import GreenAPI
from greenapi_client.models import CitationInFact, Excerpt, Reference, VersionReference

TEXT = "There are\u00a014 ferries 🚢 and 31 berths."


def cited(*, start: int, end: int, exact: str, text: str = TEXT) -> CitationInFact:
    return CitationInFact(
        id=UUID(int=0),
        document=Reference(slug="ferries", name="Ferries", href=""),
        document_version=VersionReference(sha256=sha256(text.encode()).hexdigest(), href=""),
        start=start,
        end=end,
        exact=exact,
        href="",
    )


def test_words_in_their_place_are_verified() -> None:
    berths = cited(start=27, end=36, exact="31 berths")

    assert berths.verify(TEXT)
    assert berths.verify(Excerpt(start=20, text=TEXT[20:]))


@pytest.mark.parametrize(
    "wrong",
    [
        cited(start=28, end=37, exact="31 berths"),  # offsets in UTF-16 units
        cited(start=27, end=36, exact="32 berths"),
        cited(start=27, end=27, exact=""),
        cited(start=-10, end=-1, exact="31 berths"),
        cited(start=27, end=99, exact="31 berths."),
    ],
)
def test_words_elsewhere_are_not(wrong: CitationInFact) -> None:
    assert not wrong.verify(TEXT)
    assert not wrong.verify(Excerpt(start=0, text=TEXT))


def test_another_text_is_not_the_cited_version() -> None:
    berths = cited(start=27, end=36, exact="31 berths")

    assert not berths.verify(TEXT.replace("14", "15"))
    assert not berths.verify("\ud800")


def test_an_excerpt_that_begins_too_late_proves_nothing() -> None:
    assert not cited(start=27, end=36, exact="31 berths").verify(Excerpt(start=30, text="31 berths"))


@pytest.mark.usefixtures("dataset")
def test_public_texts_prove_their_citations(green: GreenAPI) -> None:
    checked = 0
    for version in green.document_versions.list(held=True):
        text = green.document_versions.get(version).text
        if text is not None:
            for citation in green.citations.list(document_version=version):
                assert citation.verify(text)
                assert citation.excerpt is not None and citation.verify(citation.excerpt)
                checked += 1

    assert checked > 10


@pytest.mark.usefixtures("dataset")
def test_the_source_pages_prove_every_citation(green: GreenAPI, seeds: Path) -> None:
    pages = {sha256(page.read_bytes()).hexdigest(): page.read_bytes().decode() for page in seeds.iterdir()}
    observations = list(green.observations.list(is_fiction=False))
    commitments = list(green.commitments.list(is_fiction=False, page_size=1000))

    citations = [part.citation for fact in [*observations, *commitments] for part in fact.citations]

    assert (len(observations), len(commitments)) == (17, 82)
    assert all(citation.verify(pages[citation.document_version.sha256]) for citation in citations)
    assert all(row.verify(row.excerpt) for row in green.citations.list(page_size=1000) if row.excerpt is not None)
