"""How who said what, and where it is written, appears in linked data: schema.org, and Web Annotation for places."""

from collections.abc import Iterable, Mapping
from typing import Any

from greenapi.rest.linked_data import Node, external, named, node, own_fields

from .models import Citation

Body = Mapping[str, Any]

KINDS_OF_BODY = {
    "government": "GovernmentOrganization",
    "media": "NewsMediaOrganization",
    "research": "ResearchOrganization",
}
KINDS_OF_WORK = {"article": "NewsArticle", "white_paper": "Report", "report": "Report"}


def organization(body: Body, *, row: Any, version: str) -> list[Node]:
    """A body."""
    return [
        node(
            KINDS_OF_BODY.get(body["kind"], "Organization"),
            version,
            identifier=body["slug"],
            name=body["name"],
            alternateName=body["abbreviation"],
            parentOrganization=named("Organization", body["parent"]),
            description=body["note"],
            additionalProperty=own_fields(body, besides=("slug", "name", "abbreviation", "note", "href")),
        )
    ]


def speaker(body: Body, *, row: Any, version: str) -> list[Node]:
    """A person with the titles known."""
    return [
        node(
            "Person",
            version,
            identifier=body["slug"],
            name=body["name"],
            memberOf=[membership(role) for role in body["roles"]],
            description=body["note"],
        )
    ]


def membership(role: Body) -> Node:
    """A title held at a body: schema.org repeats the property inside the role."""
    return node(
        "OrganizationRole",
        role["href"],
        roleName=role["title"],
        memberOf=named("Organization", role["organization"]),
        startDate=role.get("held_from"),
        endDate=role.get("held_to"),
    )


def briefing(body: Body, *, row: Any, version: str) -> list[Node]:
    """An event, with the documents that report it."""
    place = body["place"]
    said = ("slug", "title", "held_on", "place", "note", "href")
    return [
        node(
            "Event",
            version,
            identifier=body["slug"],
            name=body["title"],
            startDate=body["held_on"],
            location=node("Place", name=place) if place else None,
            organizer=named("Organization", body["organizer"]),
            subjectOf=[_work(reference) for reference in body["documents"]],
            genre="fiction" if body["is_fiction"] else None,
            description=body["note"],
            additionalProperty=own_fields(body, besides=said),
        )
    ]


def document(body: Body, *, row: Any, version: str) -> list[Node]:
    """A work, with its copies."""
    said = ("slug", "title", "language", "author", "url", "published_on", "page", "note", "href")
    copies = [_copy(each["href"], sha256=each["sha256"], work=body["href"]) for each in body["versions"]]
    return [
        node(
            KINDS_OF_WORK.get(body["kind"], "CreativeWork"),
            version,
            identifier=body["slug"],
            name=body["title"],
            inLanguage=body["language"],
            author=node("Person", name=body["author"]) if body["author"] else None,
            publisher=named("Organization", body["publisher"]),
            url=external(body["url"]),
            datePublished=body["published_on"],
            pagination=None if body["page"] is None else str(body["page"]),
            recordedAt=_event(body["briefing"]),
            genre="fiction" if body["is_fiction"] else None,
            description=body["note"],
            additionalProperty=own_fields(body, besides=said),
        ),
        *copies,
    ]


def document_version(body: Body, *, row: Any, version: str) -> list[Node]:
    """A copy of a work, named by its hash. Its text is not repeated."""
    return [
        node(
            "MediaObject",
            version,
            sha256=body["sha256"],
            encodesCreativeWork=_work(body["document"]),
            description=body["note"],
            additionalProperty=own_fields(body, besides=("sha256", "note", "href", "text")),
        )
    ]


def citation(body: Body, *, row: Any, version: str) -> list[Node]:
    """A place in a copy."""
    return [{**place(body, prefix=body["prefix"], suffix=body["suffix"]), "@id": version}]


def annotation(body: Body, *, row: Citation, of: str, part: str | None = None, motivation: str = "describing") -> Node:
    """That the words at a place prove a fact, or the part of it that is named: the fact is what describes them.

    `body` represents the citation, `row` is it.
    """
    tag = [] if part is None else [node("TextualBody", value=part, purpose="tagging")]
    return node(
        "Annotation",
        f"{of}#{'citation' if part is None else part}-{body['id']}",
        motivation=motivation,
        body=[of, *tag],
        target=place(body, prefix=row.prefix, suffix=row.suffix),
    )


def place(body: Body, *, prefix: str, suffix: str) -> Node:
    """A place in one copy of a work, by position and by quotation."""
    copy = body["document_version"]
    return node(
        "SpecificResource",
        body["href"],
        source={
            **_copy(copy["href"], sha256=copy["sha256"], work=None),
            "encodesCreativeWork": _work(body["document"]),
        },
        selector=[
            node("TextPositionSelector", start=body["start"], end=body["end"]),
            node("TextQuoteSelector", exact=body["exact"], prefix=prefix, suffix=suffix),
        ],
    )


def works(citations: Iterable[Body]) -> list[str]:
    """The paths of the works that citations name, each once, in their order."""
    return list(dict.fromkeys(each["document"]["href"] for each in citations))


def _copy(path: str, *, sha256: str, work: str | None) -> Node:
    return node("MediaObject", path, sha256=sha256, encodesCreativeWork=work)


def _work(reference: Body) -> Node | None:
    return named("CreativeWork", reference)


def _event(reference: Body | None) -> Node | None:
    return named("Event", reference)
