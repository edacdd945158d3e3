"""The Atom feeds: one entry for each record and revision, nothing of drafts, and pages that never skip or repeat."""

import re
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from briefings.models import Briefing
from greenapi.ledger.models import ChangeClass
from greenapi.urls import FEEDS
from indicators import changes
from indicators.models import Commitment, Observation
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

from .moments import head

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
NAMES = [f"/api/v1/{name}" for name in FEEDS]
BRIEFINGS, FACTS, CORRECTIONS = NAMES
CORRECTION = ChangeClass.OUR_CORRECTION


def read(api: ContractClient, path: str) -> ET.Element:
    answer = api.get(path)
    assert answer.status_code == 200, answer.content
    return ET.fromstring(answer.content)


def told(root: ET.Element) -> list[tuple[str, str, int]]:
    """(what happened, title, revision) of each entry."""
    return [
        (
            entry.findall("a:category", ATOM)[1].attrib["term"],
            entry.findtext("a:title", "", ATOM),
            int(link(entry, "via").rpartition("/")[2]),
        )
        for entry in root.findall("a:entry", ATOM)
    ]


def link(element: ET.Element, rel: str) -> str:
    found = element.find(f"a:link[@rel='{rel}']", ATOM)
    return "" if found is None else found.attrib["href"]


def ids(root: ET.Element) -> list[str]:
    return [entry.findtext("a:id", "", ATOM) for entry in root.findall("a:entry", ATOM)]


def all_ids(api: ContractClient, path: str) -> list[str]:
    found = []
    while path:
        root = read(api, path)
        found += ids(root)
        path = link(root, "next")
    return found


def newest(api: ContractClient, path: str, *, since: int) -> list[tuple[str, str, int]]:
    return [entry for entry in told(read(api, path)) if entry[2] > since]


def test_new_briefing(api: ContractClient, dataset: None) -> None:
    before = head()
    with change(actor="ada", reason="A new one") as made:
        briefing = sources.briefing(title="Lamps & <light>")
    with change():
        Briefing.objects.filter(id=briefing.id).update(place="Tessel")

    root = read(api, BRIEFINGS)
    entry = root.find("a:entry", ATOM)

    assert entry is not None
    assert newest(api, BRIEFINGS, since=before) == [("published", "Lamps & <light>", made.number)]
    assert entry.findtext("a:author/a:name", "", ATOM) == "ada"
    assert entry.findtext("a:summary", "", ATOM) == (
        f"Held on 2031-03-01. Published in revision {made.number}. Enrichment: something known was added."
        " Reason: A new one"
    )
    assert link(entry, "alternate") == f"/api/v1/briefings/{briefing.slug}?as_of={made.number}"
    recorded_at = api.read(f"/api/v1/revisions/{made.number}")["recorded_at"]
    assert entry.findtext("a:updated", "", ATOM) == root.findtext("a:updated", "", ATOM) == recorded_at


def test_life_of_a_fact(api: ContractClient, dataset: None) -> None:
    """Of drafts nothing; what was withdrawn is told as it was called last."""
    before = head()
    with change(reason="hidden draft"):
        fact = facts.observation(published=False, indicator=facts.indicator(name="Mills"), reference_period=None)
    with change(reason="hidden submission"):
        changes.submit(Observation.objects.get(id=fact.id), by="ada")
    with change() as published:
        changes.publish(Observation.objects.get(id=fact.id), by="bea")
    with change(change_class=CORRECTION) as corrected:
        Observation.objects.filter(id=fact.id).update(value_printed="more than 21%", value=21)
    with change(change_class=ChangeClass.RETRACTION) as withdrawn:
        changes.withdraw(Observation.objects.get(id=fact.id))
    with change(reason="hidden rework", change_class=CORRECTION):
        Observation.objects.filter(id=fact.id).update(state="draft", value_printed="hidden")
    with change() as again:
        Observation.objects.filter(id=fact.id).update(state="published", value_printed="more than 22%", value=22)

    assert newest(api, FACTS, since=before) == [
        ("published", "Mills: more than 22%", again.number),
        ("published", "Mills: more than 20%", published.number),
    ]
    assert newest(api, CORRECTIONS, since=before) == [
        ("withdrawn", "Mills: more than 21%", withdrawn.number),
        ("changed", "Mills: more than 21%", corrected.number),
    ]
    assert not any(b"hidden" in api.get(path).content for path in (FACTS, CORRECTIONS))


def test_correction_leads_to_what_differs(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.commitment()
    with change(change_class=CORRECTION) as corrected:
        Commitment.objects.filter(id=fact.id).update(title="Run all mills on wind")

    entry = read(api, CORRECTIONS).find("a:entry", ATOM)

    assert entry is not None
    assert link(entry, "alternate") == f"/api/v1/commitments/{fact.id}?as_of={corrected.number}"
    changed = api.read(link(entry, "related"))["changes"]
    assert [each["pointer"] for each in changed] == ["/title"]


def test_part_that_is_corrected_is_a_correction_of_its_fact(api: ContractClient, dataset: None) -> None:
    before = head()
    with change():
        fact = facts.commitment(title="Mills")
        event = facts.event(of=fact, fulfilment="kept")
        draft = facts.event(of=fact, fulfilment="not_kept", published=False)
        hidden = facts.commitment(title="Hidden", published=False)
    version = fact.segment.document_version
    with change(change_class=CORRECTION) as cited:
        changes.cite(fact, parts=[("whole", sources.citation(of=version, exact="We will reach half"))])
    with change(change_class=CORRECTION) as proved:
        changes.cite_evidence(event, citations=[sources.citation(of=version, exact="2030")])
    with change(change_class=CORRECTION):
        changes.cite_evidence(draft, citations=[sources.citation(of=version, exact="2030")])
        changes.cite(hidden, parts=[("whole", sources.citation(of=hidden.segment.document_version, exact="2030"))])

    assert newest(api, CORRECTIONS, since=before) == [
        ("changed", "Mills", proved.number),
        ("changed", "Mills", cited.number),
    ]


def test_mere_addition_is_no_correction(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation()
    before = head()
    with change(change_class=ChangeClass.ENRICHMENT):
        Observation.objects.filter(id=fact.id).update(note="More is known.")
    with change(change_class=ChangeClass.SOURCE_REVISED) as revised:
        Observation.objects.filter(id=fact.id).update(note="The source says otherwise.")

    assert [number for _, _, number in newest(api, CORRECTIONS, since=before)] == [revised.number]


@pytest.mark.parametrize(("path", "size"), [(FACTS, 30), (BRIEFINGS, 2)])
def test_pages_give_each_entry_once(api: ContractClient, dataset: None, path: str, size: int) -> None:
    """The dataset's facts came in one revision, so pages part in its middle."""
    with change():
        sources.briefing()
        facts.observation()
    whole = all_ids(api, f"{path}?page_size=100")

    assert len(whole) == len(set(whole)) > 4
    assert all_ids(api, f"{path}?page_size={size}") == whole
    if path == FACTS:
        public = (Observation.objects.published().count(), Commitment.objects.published().count())
        assert len(whole) == sum(public)


def test_next_page_stays_while_others_write(api: ContractClient, dataset: None) -> None:
    following = link(read(api, f"{FACTS}?page_size=5"), "next")
    before = api.get(following).content
    with change():
        facts.observation()

    assert api.get(following).content == before


@pytest.mark.parametrize("path", NAMES)
def test_feed_as_of_a_revision_stays(api: ContractClient, dataset: None, path: str) -> None:
    with change():
        briefing, fact = sources.briefing(title="As it was"), facts.commitment(title="As it was")
    with change(change_class=CORRECTION):
        Commitment.objects.filter(id=fact.id).update(title="As it was then")
    address = f"{path}?as_of={head()}"
    before = api.get(address)
    with change(change_class=CORRECTION):
        Commitment.objects.filter(id=fact.id).update(title="Otherwise")
        Briefing.objects.filter(id=briefing.id).update(title="Otherwise")

    assert b"As it was" in before.content
    assert api.get(address).content == before.content
    assert before.headers["Revision"] == address.rpartition("=")[2]
    assert "Memento-Datetime" in before.headers


def test_cursor_does_not_look_beyond_the_revision(api: ContractClient, dataset: None) -> None:
    before = head()
    with change():
        facts.observation()

    pinned = read(api, f"{FACTS}?as_of={before}&cursor={before + 1}")

    assert newest(api, FACTS, since=before)
    assert [number for _, _, number in told(pinned) if number > before] == []


def test_identifiers_are_of_the_record_and_the_revision(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.commitment()
    for value in ("One", "Two"):
        with change(change_class=CORRECTION):
            Commitment.objects.filter(id=fact.id).update(title=value)
    first, second = ids(read(api, CORRECTIONS))[:2]

    assert first != second
    assert {UUID(each.removeprefix("urn:uuid:")).version for each in (first, second)} == {5}
    assert ids(read(api, f"{CORRECTIONS}?as_of={head() - 1}"))[0] == second


@pytest.mark.parametrize("path", NAMES)
def test_answer_is_validated(api: ContractClient, dataset: None, path: str) -> None:
    answer = api.get(path, headers={"Accept": "application/rss+xml, application/xml;q=0.9"})

    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert api.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert api.head(path).headers["ETag"] == answer.headers["ETag"]


def test_feed_without_entries_has_a_time(api: ContractClient, dataset: None) -> None:
    root = read(api, f"{CORRECTIONS}?as_of=0")

    assert (ids(root), root.findtext("a:updated", "", ATOM)) == ([], "1970-01-01T00:00:00.000000Z")


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("cursor=rubbish", "invalid-cursor"),
        ("cursor=1.", "invalid-cursor"),
        (f"cursor=1.{'-' * 36}", "invalid-cursor"),
        (f"cursor={'9' * 19}", "invalid-cursor"),
        ("cursor=١", "invalid-cursor"),
        ("cursor=%00", "invalid-cursor"),
        ("cursor=", "invalid-parameter"),
        ("page_size=101", "invalid-parameter"),
        ("format=json", "invalid-parameter"),
        ("as_of=soon", "invalid-as-of"),
        ("topic=tides", "unknown-parameter"),
    ],
)
def test_rubbish_is_refused(api: ContractClient, dataset: None, query: str, kind: str) -> None:
    answer: Any = api.get(f"{FACTS}?{query}")

    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{kind}")


def test_pages_lead_to_the_feeds(api: ContractClient, dataset: None) -> None:
    listed, home = api.read("/api/v1"), api.get("/").content.decode()

    for path in NAMES:
        assert listed[path.removeprefix("/api/v1/")] == path
        assert re.search(f'<link rel="alternate" type="application/atom\\+xml" title="[^"]+" href="{path}">', home)
