"""Every change to who said what, and where it is written. Each verb works inside an open revision."""

import hashlib
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.recording import RecordError, record, record_all

from .models import (
    Basis,
    Briefing,
    Citation,
    Document,
    DocumentText,
    DocumentVersion,
    Organization,
    Role,
    Segment,
    Speaker,
)

Rows = Sequence[Mapping[str, Any]]
# Of a citation: the id of the document version, start and end.
Place = tuple[UUID, int, int]
N = TypeVar("N", Organization, Speaker, Role, Briefing, Document)


class ProofError(ValueError):
    """A citation that proves a fact which is or was public, and so stays as it is."""


class TextMismatchError(ValueError):
    """A text that is not the one its document version names."""


def record_organizations(rows: Rows) -> dict[Hashable, Organization]:
    """Records organizations by slug; `parent` is an organization."""
    return record_all(Organization, key="slug", rows=rows)


def record_speakers(rows: Rows) -> dict[Hashable, Speaker]:
    """Records speakers by slug."""
    return record_all(Speaker, key="slug", rows=rows)


def record_roles(rows: Rows) -> dict[Hashable, Role]:
    """Records roles by id."""
    return record_all(Role, key="id", rows=rows)


def record_briefings(rows: Rows) -> dict[Hashable, Briefing]:
    """Records briefings by slug."""
    return record_all(Briefing, key="slug", rows=rows)


def record_documents(rows: Rows) -> dict[Hashable, Document]:
    """Records documents by slug."""
    return record_all(Document, key="slug", rows=rows)


def record_one(model: type[N], *, id: UUID, **values: Any) -> N:
    """Records one organization, speaker, role, briefing or document: the one of that id, or a new one.

    Raises:
        django.db.IntegrityError: another record has its slug.
    """
    return record(model, key="id", id=id, **values)


def record_many(model: type[N], *, rows: Rows) -> dict[Hashable, N]:
    """Records organizations, speakers, roles, briefings or documents by id, each as `record_one` does."""
    return record_all(model, key="id", rows=rows)


def record_document_version(*, document: Document, sha256: str, length: int, **values: Any) -> DocumentVersion:
    """Records one copy of a document, named by its SHA-256, held or not."""
    return record(DocumentVersion, key="sha256", document=document, sha256=sha256, length=length, **values)


def hold_text(version: DocumentVersion, *, text: str) -> DocumentText:
    """Attaches its text to a document version, which is held from then on.

    Raises:
        TextMismatchError: the text's SHA-256 or length is not the version's.
        django.db.IntegrityError: a citation of the version does not agree with the text.
    """
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != version.sha256:
        raise TextMismatchError(f"the text's SHA-256 is {found}, not {version.sha256}")
    if len(text) != version.length:
        raise TextMismatchError(f"the text has {len(text)} code points, not {version.length}")
    return record(DocumentText, key="version", version=version, text=text)


def record_segments(version: DocumentVersion, *, rows: Rows) -> dict[Hashable, Segment]:
    """Records the segments of a document version by id, and gives them back by number.

    A row's `replies_to` is the number of another row. The day a segment was stated is the day the briefing was held
    where that is known, else inferred from the day the document was published.

    Raises:
        RecordError: `replies_to` is no row's number, or a field does not accept its value.
    """
    stated = _stated_on(version.document)
    plain = [{**row, **stated, "document_version": version} for row in rows]
    replies = {row["id"]: row.pop("replies_to", None) for row in plain}
    by_number: dict[Hashable, Segment] = {
        segment.number: segment for segment in record_all(Segment, key="id", rows=plain).values()
    }
    record_all(
        Segment,
        key="id",
        rows=[
            {"id": identity, "replies_to": _replied_to(number, by_number, identity)}
            for identity, number in replies.items()
        ],
    )
    return by_number


def record_segment(*, id: UUID, document_version: DocumentVersion, **values: Any) -> Segment:
    """Records one segment by id; the day it was stated is found as `record_segments` does."""
    stated = _stated_on(document_version.document)
    return record(Segment, key="id", id=id, document_version=document_version, **{**values, **stated})


def restate_segments(ids: Sequence[UUID]) -> None:
    """Finds again on which day segments were stated, as `record_segments` does."""
    segments = Segment.objects.filter(id__in=ids).select_related("document_version__document__briefing")
    rows = [{"id": segment.id, **_stated_on(segment.document_version.document)} for segment in segments]
    record_all(Segment, key="id", rows=rows)


def record_citations(rows: Rows) -> dict[Hashable, Citation]:
    """Records citations by id.

    Raises:
        django.db.IntegrityError: the text is held and other words stand at that place.
    """
    return record_all(Citation, key="id", rows=rows)


def edit_citation(*, id: UUID, **values: Any) -> Citation:
    """Records one citation by id: nobody moves the proof of a public fact alone, when it takes two to publish one.

    Raises:
        ProofError: it proves a fact that is or was public.
        django.db.IntegrityError: as `record_citations`.
    """
    if Citation.objects.filter(pk=id).proving_published().exists():
        raise ProofError("it proves a fact that is or was public: it is not edited any more")
    return record_citations([{"id": id, **values}])[id]


def find_or_record_citation(
    *, document_version: DocumentVersion, start: int, end: int, exact: str, prefix: str = "", suffix: str = ""
) -> Citation:
    """The citation of a place, recorded unless it was; `prefix` and `suffix` are of one that is recorded.

    Raises:
        RecordError: other words stand there.
    """
    found: Citation | None = Citation.objects.filter(document_version=document_version, start=start, end=end).first()
    if found is not None:
        if found.exact != exact:
            raise RecordError(key=found.id, field="exact", message=f"the words cited there are “{found.exact[:200]}”")
        return found
    place = {"start": start, "end": end, "exact": exact, "prefix": prefix, "suffix": suffix}
    try:
        with transaction.atomic():
            return record(Citation, key="id", id=uuid7(), document_version=document_version, **place)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", "") == "citation_exact_fits_offsets":
            message = "from start to end must be exactly as many characters as the words have"
        else:
            message = str(getattr(diagnosis, "message_primary", None) or error)
        raise RecordError(key=document_version.sha256, field="exact", message=message) from error


def find_or_record_citations(rows: Rows) -> list[Citation]:
    """The citation of each row's place, recorded unless it was, as `find_or_record_citation` does one.

    Raises:
        RecordError: other words stand there.
        django.db.IntegrityError: the text is held and other words stand at that place.
    """
    wanted = {_place(row): row for row in reversed(rows)}
    found = citations_at(wanted)
    new = [{"id": uuid7(), **row} for place, row in wanted.items() if place not in found]
    recorded = record_citations(new)
    found |= {_place(row): recorded[row["id"]] for row in new}
    for row in rows:
        citation = found[_place(row)]
        if citation.exact != row["exact"]:
            raise RecordError(key=citation.id, field="exact", message="other words are cited there")
    return [found[_place(row)] for row in rows]


def citations_at(places: Collection[Place]) -> dict[Place, Citation]:
    """The citations there are of these places."""
    versions, starts, ends = (set(part) for part in zip(*places, strict=True)) if places else (set(), set(), set())
    found = Citation.objects.filter(document_version__in=versions, start__in=starts, end__in=ends)
    return {(each.document_version_id, each.start, each.end): each for each in found}


def record_document_versions(rows: Sequence[tuple[UUID, Mapping[str, Any]]]) -> set[UUID]:
    """Records versions by id, and attaches the texts of those that have one; gives the ids of those not held before.

    Raises:
        TextMismatchError: a text's SHA-256 or length is not the version's.
    """
    recorded = record_all(
        DocumentVersion,
        key="id",
        rows=[{**{name: row[name] for name in row if name != "text"}, "id": identity} for identity, row in rows],
    )
    texts = {identity: row["text"] for identity, row in rows if row.get("text") is not None}
    held = set(DocumentText.objects.filter(version__in=texts).values_list("version_id", flat=True))
    for identity in texts.keys() - held:
        hold_text(recorded[identity], text=texts[identity])
    return texts.keys() - held


def record_segments_of_many(rows: Rows) -> dict[Hashable, Segment]:
    """Records segments of any document versions by id, each as `record_segment` does; `replies_to` is a segment."""
    versions = [row["document_version"] for row in rows]
    prefetch_related_objects(versions, "document__briefing")
    return record_all(Segment, key="id", rows=[{**row, **_stated_on(row["document_version"].document)} for row in rows])


def _place(row: Mapping[str, Any]) -> Place:
    return row["document_version"].pk, row["start"], row["end"]


def _replied_to(number: int | None, by_number: Mapping[Hashable, Segment], identity: UUID) -> Segment | None:
    if number is not None and number not in by_number:
        raise RecordError(key=identity, field="replies_to", message=f"there is no segment {number}")
    return None if number is None else by_number[number]


def _stated_on(document: Document) -> dict[str, Any]:
    briefing = document.briefing
    if briefing is not None and briefing.held_on is not None:
        return {
            "stated_on": briefing.held_on,
            "stated_on_basis": briefing.held_on_basis,
            "stated_on_reason": briefing.held_on_reason,
        }
    if document.published_on is not None:
        return {
            "stated_on": document.published_on,
            "stated_on_basis": Basis.INFERRED,
            "stated_on_reason": "The day it was held is not known; by the day of publication it had been said.",
        }
    return {"stated_on": None, "stated_on_basis": Basis.NOT_STATED, "stated_on_reason": ""}
