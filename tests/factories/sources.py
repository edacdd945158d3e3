"""Documents of our own, what is written in them, and who said it."""

import hashlib
from datetime import date
from typing import Any

from briefings import changes
from briefings.models import (
    Basis,
    Briefing,
    Citation,
    Document,
    DocumentVersion,
    Organization,
    Role,
    Segment,
    Speaker,
)
from greenapi.ledger.identifiers import uuid7

from .names import fresh

TEXT = "Ada Fern: In 2030, more than 20% of 1,500 mills ran on wind. We will reach half by 2040.\n"


def organization(**values: Any) -> Organization:
    slug = fresh("organization")
    row = {"slug": slug, "name": f"Body {slug}", "kind": "government", **values}
    return changes.record_organizations([row])[row["slug"]]


def speaker(**values: Any) -> Speaker:
    slug = fresh("speaker")
    row = {"slug": slug, "name": f"Speaker {slug}", **values}
    return changes.record_speakers([row])[row["slug"]]


def role(**values: Any) -> Role:
    """A role of a new speaker at a new organization unless they are given."""
    row = {"id": uuid7(), "title": "warden", **values}
    row.setdefault("speaker", None)
    row["speaker"] = row["speaker"] or speaker()
    row.setdefault("organization", None)
    row["organization"] = row["organization"] or organization()
    return changes.record_roles([row])[row["id"]]


def briefing(*, held_on: date | None = date(2031, 3, 1), **values: Any) -> Briefing:
    slug = fresh("briefing")
    row = {
        "slug": slug,
        "title": f"Briefing {slug}",
        "kind": "briefing",
        "held_on": held_on,
        "held_on_basis": Basis.NOT_STATED if held_on is None else Basis.STATED,
        **values,
    }
    return changes.record_briefings([row])[row["slug"]]


def document(**values: Any) -> Document:
    """A transcript's page of a new briefing, unless `briefing` is given; anyone may read its text."""
    slug = fresh("document")
    row = {"slug": slug, "title": f"Page {slug}", "kind": "transcript_page", "text_policy": "public", **values}
    if "briefing" not in row:
        row["briefing"] = briefing()
    return changes.record_documents([row])[row["slug"]]


def version(*, text: str | None = None, of: Document | None = None, held: bool = True) -> DocumentVersion:
    """A copy of a document. Its text, held unless told otherwise, ends in a line of its own, so that no two agree."""
    text = f"{TEXT}{fresh('text')}\n" if text is None else text
    made = changes.record_document_version(
        document=of or document(), sha256=hashlib.sha256(text.encode()).hexdigest(), length=len(text)
    )
    if held:
        changes.hold_text(made, text=text)
    return made


def segment(*, of: DocumentVersion | None = None, **values: Any) -> Segment:
    """The answer of Ada Fern in TEXT."""
    row = {"id": uuid7(), "number": 1, "kind": "answer", "start": 10, "end": 88, **values}
    return changes.record_segments(of or version(), rows=[row])[row["number"]]


def citation(*, of: DocumentVersion, exact: str = "more than 20%", start: int | None = None) -> Citation:
    """A citation of the first place where the words stand in TEXT, or of the place given."""
    start = TEXT.index(exact) if start is None else start
    known: Citation | None = Citation.objects.filter(document_version=of, start=start, exact=exact).first()
    if known is not None:
        return known
    row = {"id": uuid7(), "document_version": of, "start": start, "end": start + len(exact), "exact": exact}
    return changes.record_citations([row])[row["id"]]
