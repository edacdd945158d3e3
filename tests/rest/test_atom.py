"""The Atom document: what RFC 4287 asks for, whatever stands in the texts."""

from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from greenapi.rest.atom import Entry, Feed, Link, atom
from greenapi.rest.citable import one_line

ATOM = {"a": "http://www.w3.org/2005/Atom"}
FIRST = UUID("0198c0de-0000-7000-8000-000000000001")
SECOND = UUID("0198c0de-0000-7000-8000-000000000002")
MOMENT = datetime(2031, 3, 2, 12, 0, 0, 5, tzinfo=UTC)


def entry(text: str) -> Entry:
    return Entry(
        id=SECOND,
        title=text,
        updated=MOMENT,
        author=text,
        summary=text,
        categories=["observations"],
        links=[Link(rel="alternate", href="/api/v1/observations?a=1&b=2", type="application/json")],
    )


def feed(*entries: Entry) -> Feed:
    return Feed(
        id=FIRST, title="News", subtitle="All.", updated=MOMENT, author="greenapi", links=[], entries=list(entries)
    )


def test_document() -> None:
    assert atom(feed(entry("A < B & C"))).decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f" <id>urn:uuid:{FIRST}</id>\n"
        " <title>News</title>\n"
        " <subtitle>All.</subtitle>\n"
        " <updated>2031-03-02T12:00:00.000005Z</updated>\n"
        " <author>\n"
        "  <name>greenapi</name>\n"
        " </author>\n"
        " <entry>\n"
        f"  <id>urn:uuid:{SECOND}</id>\n"
        "  <title>A &lt; B &amp; C</title>\n"
        "  <updated>2031-03-02T12:00:00.000005Z</updated>\n"
        "  <author>\n"
        "   <name>A &lt; B &amp; C</name>\n"
        "  </author>\n"
        '  <category term="observations" />\n'
        '  <link rel="alternate" type="application/json" href="/api/v1/observations?a=1&amp;b=2" />\n'
        "  <summary>A &lt; B &amp; C</summary>\n"
        " </entry>\n"
        "</feed>\n"
    )


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_is_read_as_it_was(text: str) -> None:
    root = ET.fromstring(atom(feed(entry(text))))

    assert (root.findtext("a:entry/a:title", namespaces=ATOM) or "") == one_line(text)
    assert (root.findtext("a:entry/a:summary", namespaces=ATOM) or "") == one_line(text)
