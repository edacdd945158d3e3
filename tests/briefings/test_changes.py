"""The verbs that change sources: texts are the ones named, citations agree with them, segments know their day."""

import hashlib
from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError

from briefings import changes
from briefings.changes import TextMismatchError
from briefings.models import Basis, Citation, Document, DocumentText, DocumentVersion, Segment
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import LedgerHead
from greenapi.ledger.revisions import NoRevisionError
from tests.factories import sources
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

TREES = "Trees 🌳 are\u00a0green.\r\nÅre too.\n"  # beyond 16 bits, no-break space, carriage return, composed letter


@pytest.fixture
def not_held() -> DocumentVersion:
    """A version whose text, TREES, is not held."""
    with change():
        return sources.version(text=TREES, held=False)


def test_held_text_is_kept_exactly(not_held: DocumentVersion) -> None:
    with change():
        changes.hold_text(not_held, text=TREES)

    assert DocumentText.objects.get(version=not_held).text == TREES
    assert DocumentVersion.objects.with_held().get(id=not_held.id).held


def test_holding_again_changes_nothing(not_held: DocumentVersion) -> None:
    with change():
        changes.hold_text(not_held, text=TREES)
    before = LedgerHead.objects.get().number
    with change():
        changes.hold_text(not_held, text=TREES)

    assert LedgerHead.objects.get().number == before


@pytest.mark.parametrize(
    "altered",
    [
        TREES.replace("\u00a0", " "),
        TREES.replace("\r\n", "\n"),
        TREES.strip(),
        TREES.replace("Å", "A\u030a"),
        TREES + " ",
        "",
        "\ufeff" + TREES,
    ],
)
def test_text_that_differs_in_anything_is_refused(not_held: DocumentVersion, altered: str) -> None:
    with pytest.raises(TextMismatchError), change():
        changes.hold_text(not_held, text=altered)
    assert not DocumentText.objects.filter(version=not_held).exists()


@pytest.mark.parametrize("length", [len(TREES) - 1, len(TREES) + 1, len(TREES.encode())])
def test_text_of_another_length_is_refused(length: int) -> None:
    """Lengths count code points, not bytes."""
    with change():
        version = changes.record_document_version(
            document=sources.document(), sha256=hashlib.sha256(TREES.encode()).hexdigest(), length=length
        )

    with pytest.raises(TextMismatchError), change():
        changes.hold_text(version, text=TREES)
    with pytest.raises(IntegrityError, match="is not the one named"), change():
        DocumentText(version=version, text=TREES).save()


@pytest.mark.parametrize("altered", [TREES + " ", TREES.replace("green", "grown"), ""])
def test_database_itself_refuses_another_text(not_held: DocumentVersion, altered: str) -> None:
    with pytest.raises(IntegrityError, match="is not the one named"), change():
        DocumentText(version=not_held, text=altered).save()
    with change():
        changes.hold_text(not_held, text=TREES)
    with pytest.raises(IntegrityError, match="is not the one named"), change():
        DocumentText.objects.filter(version=not_held).update(text=altered)


@pytest.mark.parametrize("values", [{"sha256": "0" * 64}, {"length": 5}])
def test_version_of_a_held_text_stays_what_it_is(not_held: DocumentVersion, values: dict[str, object]) -> None:
    with change():
        changes.hold_text(not_held, text=TREES)

    with pytest.raises(DatabaseError), change():
        DocumentVersion.objects.filter(id=not_held.id).update(**values)


def test_text_whose_citations_do_not_agree_is_refused(not_held: DocumentVersion) -> None:
    with change():
        sources.citation(of=not_held, exact="grown", start=TREES.index("green"))

    with pytest.raises(IntegrityError, match="not “grown”"), change():
        changes.hold_text(not_held, text=TREES)
    assert not DocumentText.objects.filter(version=not_held).exists()


def test_citation_of_a_held_text_counts_code_points(not_held: DocumentVersion) -> None:
    with change():
        changes.hold_text(not_held, text=TREES)
        place = sources.citation(of=not_held, exact="🌳 are\u00a0green", start=6)

    assert TREES[place.start : place.end] == place.exact


@pytest.mark.parametrize(
    ("exact", "start"), [("green", 13), ("Green", 12), ("are green", 8), ("too.\n ", 25), ("green", 4000)]
)
def test_citation_of_other_words_is_refused_where_the_text_is_held(
    not_held: DocumentVersion, exact: str, start: int
) -> None:
    with change():
        changes.hold_text(not_held, text=TREES)

    with pytest.raises(IntegrityError, match="the text"), change():
        sources.citation(of=not_held, exact=exact, start=start)
    with change():
        right = sources.citation(of=not_held, exact="green", start=TREES.index("green"))
    with pytest.raises(IntegrityError, match="the text"), change():
        Citation.objects.filter(id=right.id).update(exact=exact, start=start, end=start + len(exact))
    assert list(Citation.objects.filter(document_version=not_held).values_list("exact", flat=True)) == ["green"]


def test_citation_cannot_move_to_a_text_with_other_words(not_held: DocumentVersion) -> None:
    with change():
        place = sources.citation(of=not_held, exact="green", start=TREES.index("green"))
        other = sources.version()

    with pytest.raises(IntegrityError, match="the text"), change():
        Citation.objects.filter(id=place.id).update(document_version=other)


def test_segment_is_stated_on_the_day_of_its_briefing() -> None:
    with change():
        segment = sources.segment()

    assert (segment.stated_on, segment.stated_on_basis, segment.stated_on_reason) == (date(2031, 3, 1), "stated", "")


def test_segment_without_a_day_of_briefing_is_stated_by_the_day_of_publication() -> None:
    with change():
        document = sources.document(briefing=None, published_on=date(2031, 4, 2), published_on_basis=Basis.STATED)
        segment = sources.segment(of=sources.version(of=document))

    assert (segment.stated_on, segment.stated_on_basis) == (date(2031, 4, 2), "inferred")
    assert segment.stated_on_reason


def test_segment_without_any_day_says_so() -> None:
    with change():
        segment = sources.segment(of=sources.version(of=sources.document(briefing=None)))

    assert (segment.stated_on, segment.stated_on_basis, segment.stated_on_reason) == (None, "not_stated", "")


def test_answer_replies_to_a_question_by_its_number() -> None:
    rows = [
        {"id": uuid7(), "number": 2, "kind": "answer", "start": 10, "end": 20, "replies_to": 1},
        {"id": uuid7(), "number": 1, "kind": "question", "start": 0, "end": 10},
    ]
    with change():
        version = sources.version()
        changes.record_segments(version, rows=rows)

    assert list(
        Segment.objects.filter(document_version=version).order_by("number").values_list("number", "replies_to__number")
    ) == [(1, None), (2, 1)]


def test_slug_finds_a_record_again() -> None:
    with change():
        first = sources.document(title="Before")
    with change():
        again = sources.document(slug=first.slug, title="After", briefing=first.briefing)

    assert again.id == first.id
    assert Document.objects.get(slug=first.slug).title == "After"


@pytest.mark.parametrize(
    "verb",
    [
        lambda version: changes.hold_text(version, text=TREES),
        lambda _: changes.record_citations([]),
        lambda version: changes.record_segments(version, rows=[]),
        lambda _: changes.record_documents([]),
    ],
)
def test_verbs_need_a_revision(not_held: DocumentVersion, verb: Callable[[DocumentVersion], object]) -> None:
    with pytest.raises(NoRevisionError):
        verb(not_held)
