"""`load_dataset --sources`: pages are attached by their exact bytes, or reported, and citations agree with them."""

import hashlib
from pathlib import Path

import pytest
from django.core.management import CommandError

from briefings.models import DocumentText, DocumentVersion

from .test_dataset_reading import FICTION, copy, edit
from .test_load_dataset import head, load

__all__ = ["copy"]  # a fixture


@pytest.fixture
def not_bundled(ledger_db: None, copy: Path) -> Path:
    """A dataset whose fictional text is not bundled; the page lies in the folder `pages` beside it."""
    pages = copy.parent / "pages"
    pages.mkdir()
    (copy / FICTION / "text.txt").rename(pages / "page.txt")
    edit(copy / FICTION / "document.toml", old='text_file = "text.txt"\n', new="")
    return copy


def test_page_with_a_known_hash_is_attached(not_bundled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(not_bundled)
    assert not DocumentText.objects.exists()
    load(not_bundled, sources=not_bundled.parent / "pages")

    page = not_bundled.parent / "pages" / "page.txt"
    assert DocumentText.objects.get().text == page.read_bytes().decode()
    assert "text held of 1 document, not held of 5" in capsys.readouterr().out
    before = head()
    load(not_bundled, sources=not_bundled.parent / "pages")
    assert head() == before


def test_page_with_another_hash_is_reported_and_not_attached(
    not_bundled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = not_bundled.parent / "pages" / "page.txt"
    page.write_bytes(page.read_bytes() + b"\n")

    load(not_bundled, sources=page.parent)

    shown = capsys.readouterr().err
    assert "page.txt" in shown and hashlib.sha256(page.read_bytes()).hexdigest() in shown
    assert not DocumentText.objects.exists()
    assert DocumentVersion.objects.count() == 6


def test_page_that_disagrees_with_a_citation_is_an_error_that_names_it(not_bundled: Path) -> None:
    edit(
        not_bundled / FICTION / "observations.toml",
        old='exact = "at least 14 electric ferries"',
        new='exact = "at least 15 electric ferries"',
    )

    with pytest.raises(CommandError) as caught:
        load(not_bundled, sources=not_bundled.parent / "pages")
    assert "page.txt" in str(caught.value) and "at least 15 electric ferries" in str(caught.value)
    assert not DocumentText.objects.exists()


def test_one_citation_with_two_sets_of_words_is_refused(not_bundled: Path) -> None:
    """The same citation stands in two files; whichever came last would win, and every load change it to and fro."""
    edit(
        not_bundled / FICTION / "observations.toml",
        old='exact = "between 55% and 60%"',
        new='exact = "between 55% and 61%"',
    )

    with pytest.raises(CommandError) as caught:
        load(not_bundled)
    assert "01a20156-8438-79c5-a710-b2f9a5478047" in str(caught.value)
    assert head() == 0


def test_missing_folder_of_sources_loads_nothing(ledger_db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        load(sources=tmp_path / "nowhere")
    assert head() == 0


def test_folder_without_pages_loads_nothing(ledger_db: None, tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("no page")

    with pytest.raises(CommandError, match=r"\.txt"):
        load(sources=tmp_path)
    assert head() == 0


def test_real_pages_are_attached_and_every_citation_agrees(ledger_db: None, seeds: Path) -> None:
    load(sources=seeds)

    assert DocumentText.objects.count() == 6
    texts = {text.version_id: text.text for text in DocumentText.objects.all()}
    citations = [
        (texts[citation.document_version_id][citation.start : citation.end], citation.exact)
        for version in DocumentVersion.objects.all()
        for citation in version.citations.all()
    ]
    assert len(citations) > 150
    assert all(found == exact for found, exact in citations)
