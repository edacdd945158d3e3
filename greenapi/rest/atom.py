"""Atom feeds (RFC 4287), with pages (RFC 5005): the document from what is to stand in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.etree import ElementTree as ET

from .citable import one_line
from .encoding import rfc3339

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"


@dataclass(frozen=True, kw_only=True)
class Link:
    """A path with its relation, and the media type that it answers."""

    rel: str
    href: str
    type: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. Texts are plain; `updated` is aware."""

    id: UUID
    title: str
    updated: datetime
    author: str
    summary: str
    categories: Sequence[str]
    links: Sequence[Link]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A page of a feed."""

    id: UUID
    title: str
    subtitle: str
    updated: datetime
    author: str
    links: Sequence[Link]
    entries: Sequence[Entry]


def atom(feed: Feed) -> bytes:
    """The feed as UTF-8. Control characters, which XML cannot hold, are left out of texts."""
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    _text(root, "id", f"urn:uuid:{feed.id}")
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", rfc3339(feed.updated))
    _author(root, feed.author)
    _links(root, feed.links)
    for entry in feed.entries:
        element = ET.SubElement(root, "entry")
        _text(element, "id", f"urn:uuid:{entry.id}")
        _text(element, "title", entry.title)
        _text(element, "updated", rfc3339(entry.updated))
        _author(element, entry.author)
        for term in entry.categories:
            ET.SubElement(element, "category", {"term": term})
        _links(element, entry.links)
        _text(element, "summary", entry.summary)
    ET.indent(root, space=" ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = one_line(text)


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, "author"), "name", name)


def _links(parent: ET.Element, links: Iterable[Link]) -> None:
    for link in links:
        ET.SubElement(parent, "link", {"rel": link.rel, "type": link.type, "href": link.href})
