"""Lists of versions: what was first recorded, and everything that was, each as it was shown then."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greenapi.ledger.models import ChangeClass
from greenapi.ledger.redaction import redact
from greenapi.urls import RESOURCES
from indicators import changes
from indicators.models import Commitment, CommitmentEvent, Indicator, Observation, Scope, Topic, Unit
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

from .moments import head, links, settled

pytestmark = pytest.mark.django_db

RECORDED = [resource for resource in RESOURCES if resource != "revisions"]
Version = dict[str, Any]


def versions(api: ContractClient, path: str) -> list[Version]:
    found: list[Version] = api.read(path)["results"]
    return found


def all_pages(api: ContractClient, path: str | None) -> list[Any]:
    pages = []
    while path:
        pages.append(api.read(path))
        path = pages[-1]["next"]
    return pages


@pytest.mark.parametrize("resource", RECORDED)
@pytest.mark.parametrize("view", ["initial", "all"])
def test_what_never_changed_is_what_stands(api: ContractClient, dataset: None, resource: str, view: str) -> None:
    standing = {row["href"] for row in versions(api, f"/api/v1/{resource}?page_size=1000")}

    pages = all_pages(api, f"/api/v1/{resource}?view={view}&page_size=50")

    found = [version for page in pages for version in page["results"]]
    assert {version["record"]["href"] for version in found} == standing
    assert len(found) == len(standing)
    for number in {version["revision"] for version in found}:
        then = {row["href"]: row for row in versions(api, f"/api/v1/{resource}?page_size=1000&as_of={number}")}
        recorded = [version for version in found if version["revision"] == number]
        assert all(version["record"] == then[version["record"]["href"]] for version in recorded)
        assert {version["recorded_at"] for version in recorded} == {
            api.read(f"/api/v1/revisions/{number}")["recorded_at"]
        }


def test_view_of_what_stands_is_the_usual_list(api: ContractClient, dataset: None) -> None:
    assert api.get("/api/v1/units?view=latest").content == api.get("/api/v1/units").content


def written(row: Any) -> str:
    """A row with its numbers as they are written: 20 is not 20.0."""
    return repr(row)


class History:
    """Observations of one note, changed by known revisions, and what the lists showed after each of them."""

    def __init__(self, api: ContractClient) -> None:
        self.api = api
        self.shown: dict[int, dict[str, Any]] = {}
        self.first = head()

    def watch(self) -> None:
        """Remembers what is shown as of the newest revision."""
        page = self.api.read("/api/v1/observations?note=watched&page_size=1000")
        self.shown[page["revision"]] = {row["id"]: row for row in page["results"]}

    def versions(self, *, until: int, first_only: bool = False) -> list[Version]:
        """What `all` should answer as of a revision: each row from when it came to be what it is."""
        found: list[Version] = []
        for number, rows in sorted(self.shown.items()):
            if number <= until:
                before = self.shown.get(number - 1, {})
                for version in found:
                    identity = version["record"]["id"]
                    if version["until"] is None and written(rows.get(identity)) != written(before.get(identity)):
                        version["until"] = number
                found += [
                    {"revision": number, "until": None, "record": row}
                    for identity, row in rows.items()
                    if written(before.get(identity)) != written(row)
                ]
        found.sort(key=lambda version: (version["record"]["id"], version["revision"]))
        if first_only:
            ids = [version["record"]["id"] for version in found]
            found = [version for place, version in enumerate(found) if version["record"]["id"] not in ids[:place]]
        return found

    def answered(self, view: str, *, until: int) -> list[Version]:
        pages = all_pages(self.api, f"/api/v1/observations?note=watched&view={view}&as_of={until}&page_size=3")
        return [
            {name: version[name] for name in ("revision", "until", "record")}
            for page in pages
            for version in page["results"]
        ]


def test_versions_are_those_that_lists_have_shown(api: ContractClient, dataset: None) -> None:
    """Drafts, corrections, withdrawal and publishing again; as of every revision of this history."""
    history = History(api)
    with change():
        indicator = facts.indicator()
        made = [
            facts.observation(indicator=indicator, note="watched", value=Decimal(number), published=number % 2 == 0)
            for number in range(1, 6)
        ]
    history.watch()
    ids = [fact.id for fact in made]
    steps: list[tuple[list[int], dict[str, Any]]] = [
        ([0, 1], {"value": Decimal("20")}),
        ([1, 3], {"value": Decimal("20.0")}),
        ([0], {"state": "in_review"}),
        ([0, 2], {"state": "published", "submitted_by": "ada", "reviewed_by": "bea"}),
        ([1], {"state": "withdrawn"}),
        ([1], {"value": Decimal(30)}),
        ([0, 3], {"value": Decimal(40)}),
        ([1], {"state": "published"}),
        ([4], {"value": Decimal(50)}),
        ([0, 1, 2, 3, 4], {"rank": "preferred"}),
    ]
    for picked, values in steps:
        with change():
            Observation.objects.filter(id__in=[ids[place] for place in picked]).update(**values)
        history.watch()
    newest = head()

    assert newest - history.first == len(steps) + 1
    for number in range(history.first, newest + 1):
        assert written(history.answered("all", until=number)) == written(history.versions(until=number))
        first = history.versions(until=number, first_only=True)
        assert written(history.answered("initial", until=number)) == written(first)
    assert len(history.versions(until=newest)) == 14
    assert {version["record"]["id"] for version in history.versions(until=newest)} == {str(id) for id in ids[:4]}


def test_filter_does_not_choose_the_first_version(api: ContractClient, dataset: None) -> None:
    """The first version of one was 10 and of the other 20; both are 20 today."""
    with change() as made:
        changed = facts.observation(note="watched", value=Decimal(10))
        other = facts.observation(note="watched", value=Decimal(20))
    with change() as later:
        Observation.objects.filter(id=changed.id).update(value=Decimal(20))

    def found(query: str) -> list[tuple[str, int]]:
        path = f"/api/v1/observations?note=watched&{query}"
        return [(version["record"]["id"], version["revision"]) for version in versions(api, path)]

    assert found("view=initial&value=20") == [(str(other.id), made.number)]
    assert found("view=initial&value=10") == [(str(changed.id), made.number)]
    assert sorted(found("view=all&value=20")) == sorted([(str(changed.id), later.number), (str(other.id), made.number)])
    assert found("view=all&value__lte=19") == [(str(changed.id), made.number)]


def test_version_is_shown_as_it_was_then(api: ContractClient, dataset: None) -> None:
    with change():
        indicator = facts.indicator(unit=facts.unit(slug="ell", name="ell"), note="first")
    with change():
        Unit.objects.filter(slug="ell").update(name="fathom")
    with change():
        Indicator.objects.filter(id=indicator.id).update(note="second")
    with change():
        Unit.objects.filter(slug="ell").update(name="rod")

    found = versions(api, f"/api/v1/indicators?view=all&slug={indicator.slug}")

    assert [(version["record"]["note"], version["record"]["unit"]["name"]) for version in found] == [
        ("first", "ell"),
        ("second", "fathom"),
    ]
    for version in found:
        assert version["record"] == api.read(f"{version['record']['href']}?as_of={version['revision']}")


def test_filters_across_relations_are_judged_as_of_the_revision_read(api: ContractClient, dataset: None) -> None:
    with change():
        indicator = facts.indicator(unit=facts.unit(slug="ell"), note="first")
        topic = facts.topic(slug="measuring")
        changes.set_topics(indicator, topics=[topic])
    then = head()
    with change():
        Indicator.objects.filter(id=indicator.id).update(note="second")
    with change():
        Unit.objects.filter(slug="ell").update(slug="fathom")
        changes.set_topics(indicator, topics=[])

    def notes(query: str) -> list[str]:
        return [version["record"]["note"] for version in versions(api, f"/api/v1/indicators?view=all&{query}")]

    assert notes("unit=ell") == notes("topic=measuring") == []
    assert notes("unit=fathom") == notes(f"unit=ell&as_of={then + 1}") == ["first", "second"]
    assert notes(f"unit=ell&as_of={then}") == notes(f"topic=measuring&as_of={then}") == ["first"]


def test_row_that_is_joined_with_its_own_table_comes_once(api: ContractClient, dataset: None) -> None:
    """The parent has three versions, of which the filter sees the one that stands."""
    with change():
        parent = facts.topic(slug="parent-a")
        facts.topic(slug="child", parent=parent)
    with change():
        Topic.objects.filter(id=parent.id).update(slug="parent-b")
    with change():
        Topic.objects.filter(id=parent.id).update(name="changed")
    with change():
        Topic.objects.filter(slug="child").update(name="changed")

    def found(query: str) -> list[str]:
        return [version["record"]["slug"] for version in versions(api, f"/api/v1/topics?view=all&{query}")]

    assert found("parent=parent-b") == ["child", "child"]
    assert found("parent=parent-a") == []
    assert found("slug__in=parent-a,parent-b") == ["parent-a", "parent-b", "parent-b"]
    assert found("slug__in=child,parent-b&parent__isnull=true") == ["parent-b", "parent-b"]


def test_what_is_gone_stays_in_the_list_of_everything(api: ContractClient, dataset: None) -> None:
    with change() as made:
        facts.scope(slug="mills")
    with change() as gone:
        Scope.objects.filter(slug="mills").delete()

    for view in ("initial", "all"):
        (version,) = versions(api, f"/api/v1/scopes?view={view}&slug=mills")
        assert (version["revision"], version["until"], version["record"]["slug"]) == (made.number, gone.number, "mills")
    assert versions(api, f"/api/v1/scopes?view=all&slug=mills&as_of={made.number}")[0]["until"] is None
    assert versions(api, "/api/v1/scopes?slug=mills") == []


def test_what_was_not_public_is_in_no_list(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation(published=False, scope_words="hidden words")
    with change():
        Observation.objects.filter(id=fact.id).update(scope_words="shown words")
    with change():
        changes.submit(Observation.objects.get(id=fact.id), by="ada")
    with change() as published:
        changes.publish(Observation.objects.get(id=fact.id), by="bea")

    for view in ("initial", "all"):
        answer = api.get(f"/api/v1/observations?view={view}&id={fact.id}")
        assert [version["revision"] for version in answer.json()["results"]] == [published.number]
        assert b"hidden" not in answer.content


def test_version_is_listed_from_when_what_it_is_part_of_is_public(api: ContractClient, dataset: None) -> None:
    with change():
        pledge = facts.commitment(published=False)
        event = facts.event(of=pledge, fulfilment="in_progress")
    with change():
        CommitmentEvent.objects.filter(id=event.id).update(fulfilment="kept")
    with change():
        changes.submit(pledge, by="ada")

    for view in ("initial", "all"):
        path = f"/api/v1/commitment-events?view={view}&id={event.id}"
        assert api.get(path).json()["results"] == []

    with change() as published:
        changes.publish(pledge, by="bea")

    for view in ("initial", "all"):
        path = f"/api/v1/commitment-events?view={view}&id={event.id}"
        (only,) = api.get(path).json()["results"]
        assert (only["revision"], only["until"], only["record"]["fulfilment"]) == (published.number, None, "kept")


def test_redacted_record_is_in_no_list(api: ContractClient, dataset: None) -> None:
    with change():
        pledge = facts.commitment(cited=False)
    with change(change_class=ChangeClass.REDACTION):
        redact(Commitment, pledge.id, authority="A court", reason="A name")

    for query in ("view=all", "view=initial", f"view=all&as_of={head() - 1}"):
        assert versions(api, f"/api/v1/commitments?id={pledge.id}&{query}") == []


def test_answer_as_of_a_revision_never_changes(api: ContractClient, dataset: None) -> None:
    then = head()
    paths = [f"/api/v1/{resource}?view={view}&page_size=20" for resource in RECORDED for view in ("initial", "all")]
    before = [api.get(f"{path}&as_of={then}").content for path in paths]
    live = [api.get(path).content for path in paths]
    with change():
        Unit.objects.update(name="changed")
        Observation.objects.update(note="changed")
        Commitment.objects.update(note="changed")
    with change():
        Unit.objects.filter(slug="percent").update(slug="per-cent")
        for fact in Observation.objects.published():
            changes.withdraw(fact)

    assert [api.get(f"{path}&as_of={then}").content for path in paths] == before
    assert [api.get(path).content for path in paths] != live


def test_header_names_the_revision_of_a_list_of_versions(api: ContractClient, dataset: None) -> None:
    date, then = settled(1), 1
    with change():
        Unit.objects.update(name="changed")

    answer = api.get("/api/v1/units?view=all", headers={"accept-datetime": date})

    assert answer.content == api.get(f"/api/v1/units?view=all&as_of={answer.headers['Revision']}").content
    assert int(answer.headers["Revision"]) >= then
    assert links(answer)["original"] == "/api/v1/units?view=all"


@pytest.mark.parametrize("ordering", ["record", "-record", "revision", "-revision", "revision,-record"])
def test_versions_are_read_page_by_page_while_others_write(api: ContractClient, dataset: None, ordering: str) -> None:
    with change():
        for _ in range(3):
            facts.unit(symbol="w")
    for name in ("a", "b"):
        with change():
            Unit.objects.filter(symbol="w").update(name=name)
    path = f"/api/v1/units?symbol=w&view=all&ordering={ordering}"
    whole = api.read(path)
    pages = [api.read(f"{path}&page_size=2")]
    while pages[-1]["next"]:
        with change():
            Unit.objects.filter(symbol="w").update(name=f"later {head()}")
            facts.unit(symbol="w")
        pages.append(api.read(pages[-1]["next"]))

    assert len(whole["results"]) == 9
    assert [version for page in pages for version in page["results"]] == whole["results"]
    backwards = [pages[-1]]
    while backwards[0]["previous"]:
        backwards.insert(0, api.read(backwards[0]["previous"]))
    assert [version for page in backwards for version in page["results"]] == whole["results"]
    numbers = [version["revision"] for version in whole["results"]]
    if ordering.removeprefix("-").startswith("revision"):
        assert numbers == sorted(numbers, reverse=ordering.startswith("-"))
    else:
        assert numbers == sorted(set(numbers)) * 3


def test_cursor_belongs_to_its_view(api: ContractClient, dataset: None) -> None:
    following = api.read("/api/v1/units?view=all&page_size=2")["next"]

    assert api.get(following).status_code == 200
    assert api.get(following.replace("view=all", "view=initial")).json()["type"] == "/problems/invalid-cursor"
    assert api.get(following.replace("view=all&", "")).json()["type"] == "/problems/invalid-cursor"


def queries(api: ContractClient, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        api.read(path)
    return len(captured)


@pytest.mark.parametrize("view", ["initial", "all"])
def test_versions_of_one_revision_cost_what_one_row_costs(api: ContractClient, dataset: None, view: str) -> None:
    with change():
        segment = sources.segment()
        for _ in range(9):
            facts.observation(segment=segment, scope_words="counted")
    path = f"/api/v1/observations?scope_words=counted&view={view}"

    assert queries(api, f"{path}&page_size=1") == queries(api, f"{path}&page_size=9")
