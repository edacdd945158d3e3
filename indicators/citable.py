"""What is cited of an observation or a commitment: who stated what, when, and in which document."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from briefings.models import Document
from greenapi.rest.citable import Citable, Proof

Body = Mapping[str, Any]
# The parts whose citation proves that the fact was stated at all.
PROVING = ("value", "whole")


def observations(bodies: Sequence[Body]) -> list[Citable]:
    """Observations, by their representations."""
    return _facts(bodies, kind="observation", title=title_of)


def commitments(bodies: Sequence[Body]) -> list[Citable]:
    """Commitments, by their representations."""
    return _facts(bodies, kind="commitment", title=lambda body: str(body["title"]))


def observation_title(*, indicator: str, printed: str, period: str | None) -> str:
    """An observation in short: what was measured, the value as printed, and the time it is about."""
    return f"{indicator}: {printed}" if period is None else f"{indicator}: {printed} ({period})"


def title_of(body: Body) -> str:
    """The title of an observation, by its representation."""
    period = body["reference_period"]
    return observation_title(
        indicator=body["indicator"]["name"],
        printed=body["value_printed"],
        period=None if period is None else period["name"],
    )


def _facts(bodies: Sequence[Body], *, kind: str, title: Callable[[Body], str]) -> list[Citable]:
    documents = _documents(bodies)
    return [_fact(body, kind=kind, title=title(body), documents=documents) for body in bodies]


def _fact(body: Body, *, kind: str, title: str, documents: Mapping[str, Document]) -> Citable:
    cited = list(_proving(body))
    document = documents[cited[0]["document"]["slug"]] if cited else None
    publisher = None if document is None or document.publisher is None else document.publisher.name
    return Citable(
        kind=kind,
        id=UUID(body["id"]),
        path=body["href"],
        title=title,
        author=_author(body, document=document) or publisher,
        stated_on=body["stated_on"],
        container=None if document is None else document.title,
        publisher=publisher,
        event=None if document is None or document.briefing is None else document.briefing.title,
        within=_within(body),
        proofs=[
            Proof(sha256=each["document_version"]["sha256"], start=each["start"], end=each["end"]) for each in cited
        ],
        is_fiction=body["is_fiction"],
    )


def _author(body: Body, *, document: Document | None) -> str | None:
    """Who stated it: a person, or the body spoken for, or whoever wrote the document."""
    for stated_by in (body["speaker"], body["organization"]):
        if stated_by is not None:
            return str(stated_by["name"])
    return document.author if document is not None and document.author else None


def _within(body: Body) -> str | None:
    work, place = body["cited_work"], body["cited_work_locator"]
    return None if work is None else ", ".join(part for part in (work["name"], place) if part)


def _proving(body: Body) -> Iterable[Body]:
    return (each["citation"] for each in body["citations"] if each["part"] in PROVING)


def _documents(bodies: Iterable[Body]) -> dict[str, Document]:
    """The documents that the facts are stated in, by slug: in one query."""
    slugs = {cited["document"]["slug"] for body in bodies for cited in _proving(body)}
    found = Document.objects.filter(slug__in=slugs).select_related("publisher", "briefing")
    return {document.slug: document for document in found}
