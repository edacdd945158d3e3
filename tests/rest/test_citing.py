"""Facts as references: which version is cited, who by, and what a page of them costs."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greenapi.access.roles import Role
from greenapi.access.scopes import Scope
from greenapi.ledger.models import LedgerHead
from indicators import changes
from indicators.models import Observation
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change
from tests.factories.tokens import bearer, user

from .moments import head, links

pytestmark = pytest.mark.django_db

KEY = re.compile(r"^@misc\{([^,]+),$", re.MULTILINE)


def item(api: ContractClient, path: str) -> dict[str, Any]:
    (found,) = api.read(f"{path}{'&' if '?' in path else '?'}format=csl")
    assert isinstance(found, dict)
    return found


def test_fact_is_cited_as_the_revision_made_it(api: ContractClient, dataset: None) -> None:
    with change() as made:
        publisher = sources.organization(name="The Tessel Gazette")
        briefing = sources.briefing(title="Lamps")
        document = sources.document(title="Page one", publisher=publisher, briefing=briefing)
        speaker = sources.speaker(name="Ada Fern")
        segment = sources.segment(of=sources.version(of=document), speaker=speaker)
        fact = facts.observation(
            segment=segment,
            speaker=speaker,
            indicator=facts.indicator(name="Windmills"),
            reference_period=facts.period(name="2030"),
            reference_period_basis="stated",
        )
    with change():
        facts.unit()
    path = f"/api/v1/observations/{fact.id}"
    ledger, copy = LedgerHead.objects.get().ledger_id, segment.document_version
    recorded_at = api.read(f"/api/v1/revisions/{made.number}")["recorded_at"]

    assert item(api, path) == {
        "id": f"observation-{fact.id}-r{made.number}",
        "type": "dataset",
        "genre": "Observation",
        "author": [{"literal": "Ada Fern"}],
        "title": "Windmills: more than 20% (2030)",
        "container-title": "Page one",
        "event-title": "Lamps",
        "publisher": "The Tessel Gazette",
        "issued": {"date-parts": [[2031, 3, 1]]},
        "available-date": {"date-parts": [[int(part) for part in recorded_at[:10].split("-")]]},
        "version": str(made.number),
        "archive": f"greenapi, ledger {ledger}",
        "archive_location": f"{path}?as_of={made.number}",
        "URL": f"{path}?as_of={made.number}",
        "note": (
            f"Revision {made.number} of the ledger {ledger}, recorded on {recorded_at[:10]}. Proved by the code points"
            f" 19 to 32 (exclusive) of the text with the SHA-256 {copy.sha256}."
        ),
    }
    assert api.get(f"{path}?as_of={made.number}").status_code == 200


def test_each_version_has_a_key_of_its_own(api: ContractClient, dataset: None) -> None:
    with change() as made:
        fact = facts.observation()
    with change() as corrected:
        Observation.objects.filter(id=fact.id).update(value=21)
    with change() as recited:
        place = sources.citation(of=fact.segment.document_version, exact="2030")
        changes.cite(fact, parts=[("value", row.citation) for row in fact.cited_parts.all()] + [("period", place)])
    path = f"/api/v1/observations/{fact.id}"

    versions = [
        item(api, address)["version"]
        for address in (f"{path}?as_of={made.number}", f"{path}?as_of={corrected.number}", path)
    ]

    assert versions == [str(each.number) for each in (made, corrected, recited)]


def test_unchanged_fact_keeps_its_key(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation()
    path = f"/api/v1/observations/{fact.id}"
    before = item(api, path)
    with change():
        facts.unit()

    assert item(api, path) == before


def test_drafts_before_it_are_no_versions(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation(published=False)
    with change():
        changes.submit(Observation.objects.get(id=fact.id), by="ada")
    assert api.get(f"/api/v1/observations/{fact.id}?format=bib").status_code == 404
    with change() as published:
        changes.publish(Observation.objects.get(id=fact.id), by="bea")

    assert item(api, f"/api/v1/observations/{fact.id}")["version"] == str(published.number)
    assert str(fact.id) in api.get("/api/v1/observations?format=bib").content.decode()


@pytest.mark.parametrize("form", ["bib", "csl", "jsonld"])
def test_draft_is_given_in_json_only(api: ContractClient, dataset: None, form: str) -> None:
    """Also to those who may see it: a reference to what the public cannot find would lead nowhere."""
    with change():
        fact = facts.observation(published=False)
    seen_by = bearer(Scope.REVIEW, of=user(Role.REVIEWER))
    path = f"/api/v1/observations/{fact.id}"

    assert api.get(path, headers=seen_by).status_code == 200
    answer: Any = api.get(f"{path}?format={form}", headers=seen_by)
    assert (answer.status_code, answer.json()["type"]) == (406, "/problems/not-acceptable")
    if form != "jsonld":
        listed: Any = api.get(f"/api/v1/observations?state=draft&format={form}", headers=seen_by)
        assert (listed.status_code, listed.json()["type"]) == (406, "/problems/not-acceptable")


def test_who_is_the_author(api: ContractClient, dataset: None) -> None:
    with change():
        body = sources.organization(name="Lamp wardens")
        publisher = sources.organization(name="The Tessel Gazette")
        written = sources.version(of=sources.document(author="Orla Quill", publisher=publisher))
        printed = sources.version(of=sources.document(publisher=publisher))
        made = [
            facts.commitment(organization=body, organization_basis="stated"),
            facts.commitment(segment=sources.segment(of=written)),
            facts.commitment(segment=sources.segment(of=printed)),
            facts.commitment(),
        ]

    authors = [item(api, f"/api/v1/commitments/{fact.id}").get("author") for fact in made]

    assert authors == [
        [{"literal": "Lamp wardens"}],
        [{"literal": "Orla Quill"}],
        [{"literal": "The Tessel Gazette"}],
        None,
    ]


def test_hostile_names_stay_in_their_fields(api: ContractClient, dataset: None) -> None:
    evil = "}},\n@misc{evil, title = {\\input{x}"
    with change():
        fact = facts.commitment(title=evil)

    written = api.get(f"/api/v1/commitments/{fact.id}?format=bib").content.decode()

    assert KEY.findall(written) == [item(api, f"/api/v1/commitments/{fact.id}")["id"]]
    assert written.count("{") == written.count("}")
    assert item(api, f"/api/v1/commitments/{fact.id}")["title"] == "}}, @misc{evil, title = {\\input{x}"


@pytest.mark.parametrize("resource", ["observations", "commitments"])
def test_page_of_a_list(api: ContractClient, dataset: None, resource: str) -> None:
    answer = api.get(f"/api/v1/{resource}?page_size=3&ordering=-stated_on", headers={"Accept": "application/x-bibtex"})
    rows = api.read(f"/api/v1/{resource}?page_size=3&ordering=-stated_on")["results"]

    assert answer.headers["Content-Type"] == "application/x-bibtex; charset=utf-8"
    keys = KEY.findall(answer.content.decode())
    assert [key.partition("-")[2].rpartition("-r")[0] for key in keys] == [row["id"] for row in rows]
    following = api.get(links(answer)["next"], headers={"Accept": "application/x-bibtex"})
    assert not set(keys) & set(KEY.findall(following.content.decode()))
    assert "prev" in links(following)


def test_keys_of_all_facts_are_unique(api: ContractClient, dataset: None) -> None:
    keys = [
        each["id"]
        for resource in ("observations", "commitments")
        for each in api.read(f"/api/v1/{resource}?format=csl&page_size=1000")
    ]

    assert len(keys) == len(set(keys)) > 100


def test_list_as_of_a_revision_stays(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation()
    path = f"/api/v1/observations?format=bib&as_of={head()}"
    before = api.get(path).content
    with change():
        Observation.objects.filter(id=fact.id).update(value=21, stated_on=date(2030, 1, 1))
        facts.observation()

    assert api.get(path).content == before
    assert api.get("/api/v1/observations?format=bib").content != before


def test_empty_list(api: ContractClient, dataset: None) -> None:
    nothing = "/api/v1/observations?speaker=nobody"

    assert api.get(f"{nothing}&format=bib").content == b"% There is no fact to cite.\n"
    assert api.read(f"{nothing}&format=csl") == []


@pytest.mark.parametrize("resource", ["observations", "commitments"])
@pytest.mark.parametrize("form", ["bib", "csl"])
def test_queries_of_a_page_are_constant(api: ContractClient, dataset: None, resource: str, form: str) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            api.get(f"/api/v1/{resource}?{path}")
        return len(captured)

    one, three, hundred = (queries(f"format={form}&page_size={size}") for size in (1, 3, 100))

    # Those of the list in JSON, and one each for the documents, the revisions and the ledger.
    assert one <= three <= hundred <= queries("page_size=100") + 3


def test_other_resources_are_not_cited(api: ContractClient, dataset: None) -> None:
    answer = api.get("/api/v1/units?format=bib")

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-parameter")
