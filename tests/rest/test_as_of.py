"""The same question as of a revision has the same bytes for an answer, whatever is written later."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.test import Client

from briefings.models import Briefing, Document, Organization, Role, Segment, Speaker
from greenapi.ledger.models import LedgerHead, Revision
from indicators import changes
from indicators.models import (
    ClaimLink,
    Commitment,
    CommitmentEvent,
    Indicator,
    IndicatorTopic,
    Observation,
    Period,
    Programme,
    Scope,
    Topic,
    Unit,
)
from tests.bundled import BUNDLED
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

# Lists whose filters and orderings reach across relations.
QUERIES = [
    "/api/v1/observations?unit=percent",
    "/api/v1/observations?topic=green-shipping",
    "/api/v1/observations?document=fiction-2031-harbour-city-clean-ferries&ordering=-value",
    "/api/v1/observations?ordering=indicator&page_size=3",
    "/api/v1/observations?known_by=2023-12-31",
    "/api/v1/observations?reference_period__isnull=true",
    "/api/v1/commitments?programme=clean-crossings-plan",
    "/api/v1/commitments?topic=noise&ordering=-deadline_on",
    "/api/v1/commitments?deadline_on__lte=2031-01-01",
    "/api/v1/segments?speaker=pella-wrenfield",
    "/api/v1/citations?document=fiction-2031-harbour-city-clean-ferries&ordering=start",
    "/api/v1/roles?organization=harbour-city-ferry-authority",
    "/api/v1/indicators?topic=green-shipping",
    "/api/v1/indicators?unit=percent",
    "/api/v1/documents?publisher=harbour-city-press-desk",
    "/api/v1/document-versions?held=true",
]


def with_as_of(path: str, as_of: object) -> str:
    return f"{path}{'&' if '?' in path else '?'}as_of={as_of}"


def head() -> int:
    return LedgerHead.objects.get().number


def questions(client: Client) -> list[str]:
    """Every list, two details of each, and lists filtered across relations; all of them answer something."""
    paths = list(QUERIES)
    for resource in BUNDLED:
        page = client.get(f"/api/v1/{resource}?page_size=2").json()
        paths += [f"/api/v1/{resource}?page_size=1000", f"/api/v1/{resource}?page_size=2"]
        paths += [row["href"] for row in page["results"]]
    assert [path for path in paths if "?" in path and not client.get(path).json().get("results")] == []
    return paths


def rewrite_everything() -> None:
    """Changes every kind of row, in several revisions."""
    with change():
        for model, column in (
            (Unit, "name"),
            (Topic, "name"),
            (Scope, "name"),
            (Period, "name"),
            (Indicator, "name"),
            (Programme, "name"),
            (Organization, "name"),
            (Speaker, "name"),
            (Role, "title"),
            (Briefing, "title"),
            (Document, "title"),
            (Segment, "note"),
            (ClaimLink, "note"),
            (CommitmentEvent, "description"),
            (Commitment, "title"),
            (Observation, "value_printed"),
        ):
            model._default_manager.update(**{column: "changed"})
        Observation.objects.update(value=Decimal(-5))
        CommitmentEvent.objects.update(fulfilment="kept", occurred_on="1999-01-01")
        Document.objects.update(text_policy="staff")
    with change():
        other = facts.unit()
        Indicator.objects.update(unit=other)
        Observation.objects.update(unit=other, scope=facts.scope(), stated_on="1999-01-01")
        Segment.objects.update(speaker=sources.speaker(), role=None)
        IndicatorTopic.objects.all().delete()
        Unit.objects.filter(slug="percent").update(slug="per-cent")
    with change():
        for fact in [*Observation.objects.published(), *Commitment.objects.published(), *ClaimLink.objects.published()]:
            changes.withdraw(fact)
        facts.evidence(source=facts.observation(), target=facts.commitment())


def test_answer_as_of_a_revision_is_that_of_then_and_never_changes(client: Client, dataset_db: None) -> None:
    then = head()
    paths = questions(client)
    live = {path: client.get(path) for path in paths}
    before = {path: client.get(with_as_of(path, then)) for path in paths}
    # A page that others follow names them, and so differs by the parameter itself.
    alone = [path for path in paths if not path.endswith(("page_size=2", "page_size=3"))]
    assert {path: live[path].content for path in alone} == {path: before[path].content for path in alone}
    assert {path: live[path].headers["ETag"] for path in alone} == {
        path: before[path].headers["ETag"] for path in alone
    }

    rewrite_everything()

    assert {path: client.get(with_as_of(path, then)).content for path in paths} == {
        path: answer.content for path, answer in before.items()
    }
    # The rows are other ones now, so the equality above says something.
    assert [path for path in alone if "?" in path and client.get(path).content == live[path].content] == []


def test_filters_find_what_was_there(api: ContractClient, dataset: None) -> None:
    with change():
        indicator = facts.indicator(unit=facts.unit(slug="ell"))
        fact = facts.observation(indicator=indicator)
    then = head()
    with change():
        Observation.objects.filter(id=fact.id).update(unit=facts.unit(slug="rod"))
        Unit.objects.filter(slug="ell").update(slug="fathom")

    def found(query: str) -> list[str]:
        return [row["id"] for row in api.read(f"/api/v1/observations?{query}")["results"]]

    assert found(f"unit=ell&as_of={then}") == [str(fact.id)]
    assert found("unit=rod") == [str(fact.id)]
    assert found(f"unit=rod&as_of={then}") == found("unit=ell") == []
    assert api.read(f"/api/v1/units/ell?as_of={then}")["slug"] == "ell"
    assert api.get("/api/v1/units/ell").status_code == 404


@pytest.mark.parametrize("resource", BUNDLED)
def test_before_the_first_revision_nothing_is_there(api: ContractClient, dataset: None, resource: str) -> None:
    href = api.read(f"/api/v1/{resource}?page_size=1")["results"][0]["href"]

    page = api.get(f"/api/v1/{resource}?as_of=0")
    detail = api.get(f"{href}?as_of=0")

    assert page.json() == {"revision": 0, "recorded_at": None, "next": None, "previous": None, "results": []}
    assert (detail.status_code, detail.json()["type"]) == (404, "/problems/not-yet-recorded")


def test_fact_published_later_was_not_recorded_yet(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation(published=False)
        changes.submit(fact, by="ada")
    draft = head()
    with change():
        changes.publish(fact, by="bea")

    answer = api.get(f"/api/v1/observations/{fact.id}?as_of={draft}")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-yet-recorded")
    assert api.read(f"/api/v1/observations/{fact.id}?as_of={head()}")["id"] == str(fact.id)


def test_headers_name_the_revision_and_when_it_was_recorded(api: ContractClient, dataset: None) -> None:
    then = Revision.objects.get(number=1)
    with change():
        facts.unit()

    for path in ("/api/v1/units", "/api/v1/units/percent"):
        live, pinned = api.get(path), api.get(with_as_of(path, 1))
        assert live.headers["Revision"] == str(head())
        assert "Memento-Datetime" not in live.headers
        assert "no-cache" in live.headers["Cache-Control"]
        assert pinned.headers["Revision"] == "1"
        assert parsedate_to_datetime(pinned.headers["Memento-Datetime"]) == then.recorded_at.replace(microsecond=0)
        assert "max-age" in pinned.headers["Cache-Control"]


def test_not_modified_names_the_revision_too(api: ContractClient, dataset: None) -> None:
    first = api.get("/api/v1/units?as_of=1")

    again = api.get("/api/v1/units?as_of=1", headers={"if-none-match": first.headers["ETag"]})

    assert (again.status_code, again.content, again.headers["Revision"]) == (304, b"", "1")


def test_moment_and_number_have_the_same_answer(api: ContractClient, dataset: None) -> None:
    with change() as opened:
        facts.unit()
    with change():
        Unit.objects.update(name="changed")
    moment = opened.recorded_at.isoformat().replace("+00:00", "Z")
    plus = quoted(opened.recorded_at + timedelta(hours=8))

    by_number = api.get(f"/api/v1/units?as_of={opened.number}")
    by_moment = api.get(f"/api/v1/units?as_of={moment}")
    by_offset = api.get(f"/api/v1/units?as_of={plus}")

    assert by_number.content == by_moment.content == by_offset.content
    assert by_number.headers["Memento-Datetime"] == by_moment.headers["Memento-Datetime"]


def quoted(moment: datetime) -> str:
    """A moment of UTC+8, whose plus sign is escaped, from the same digits in UTC."""
    return moment.replace(tzinfo=None).isoformat() + "%2B08:00"


def test_moment_of_now_keeps_its_answer(api: ContractClient, dataset_db: None) -> None:
    moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    before = api.get(f"/api/v1/units?as_of={moment}")

    with change():
        Unit.objects.update(name="changed")

    assert api.get(f"/api/v1/units?as_of={moment}").content == before.content
    assert api.get("/api/v1/units").content != before.content


def test_overdue_is_judged_on_the_day_the_revision_was_recorded(api: ContractClient, dataset: None) -> None:
    today = datetime.now(UTC).date()
    with change():
        late = facts.commitment(deadline_operator="by", deadline_on=today - timedelta(days=1))
        due = facts.commitment(deadline_operator="by", deadline_on=today + timedelta(days=2))

    def read(commitment: Commitment) -> Any:
        return api.read(f"/api/v1/commitments/{commitment.id}")["is_overdue"]

    assert (read(late), read(due)) == (True, False)
