"""Every change to who said what, and where it is written. Each verb works inside an open revision."""

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

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
N = TypeVar("N", Organization, Speaker, Role, Briefing, Document)


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
