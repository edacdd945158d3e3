"""The time map of a record: what the public saw of it, revision by revision, and nothing that it did not see."""

from decimal import Decimal

import pytest

from briefings import changes as sources_changes
from greenapi.ledger.models import ChangeClass, Revision
from greenapi.rest.differences import differences
from indicators import changes
from indicators.models import Commitment, Indicator, IndicatorTopic, Observation, Unit
from tests.bundled import BUNDLED
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

from .moments import head
from .time_maps import rows

pytestmark = pytest.mark.django_db

RECORDED = [resource for resource in BUNDLED if resource != "revisions"]


def seen(api: ContractClient, path: str) -> list[tuple[int, str, list[str]]]:
    """(number, op, pointers of what changed) of each row."""
    return [(row["number"], row["op"], [each["pointer"] for each in row["changes"]]) for row in rows(api, path)]


@pytest.mark.parametrize("resource", RECORDED)
def test_every_record_has_a_time_map(api: ContractClient, dataset: None, resource: str) -> None:
    path = rows(api, f"/api/v1/{resource}?page_size=1")[0]["href"]

    first = rows(api, f"{path}/revisions")[0]

    recorded = Revision.objects.get(number=first["number"])
    assert first == {
        "number": recorded.number,
        "recorded_at": recorded.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": recorded.actor,
        "reason": recorded.reason,
        "change_class": recorded.change_class,
        "op": "insert",
        "href": f"{path}?as_of={recorded.number}",
        "changes": [],
    }


def test_revisions_have_no_time_map(api: ContractClient, dataset: None) -> None:
    assert api.get("/api/v1/revisions/1/revisions").status_code == 404


def test_life_of_a_record(api: ContractClient, dataset: None) -> None:
    with change() as made:
        unit = facts.unit(slug="ell", name="ell")
    with change():
        facts.unit()
    with change(actor="ada", reason="Misspelt", change_class=ChangeClass.OUR_CORRECTION) as renamed:
        Unit.objects.filter(id=unit.id).update(slug="fathom", name="fathom")
    with change():
        Unit.objects.filter(id=unit.id).update(name="fathom")
    with change() as gone:
        Unit.objects.filter(id=unit.id).delete()

    found = rows(api, "/api/v1/units/fathom/revisions")

    assert [(row["number"], row["op"], row["href"]) for row in found] == [
        (made.number, "insert", f"/api/v1/units/ell?as_of={made.number}"),
        (renamed.number, "update", f"/api/v1/units/fathom?as_of={renamed.number}"),
        (gone.number, "delete", f"/api/v1/units/fathom?as_of={gone.number}"),
    ]
    assert (found[1]["actor"], found[1]["reason"], found[1]["change_class"]) == ("ada", "Misspelt", "our_correction")
    assert [row["changes"] for row in found] == [
        [],
        [
            {"pointer": "/slug", "before": "ell", "after": "fathom"},
            {"pointer": "/name", "before": "ell", "after": "fathom"},
            {"pointer": "/href", "before": "/api/v1/units/ell", "after": "/api/v1/units/fathom"},
        ],
        [],
    ]
    assert [api.get(row["href"]).status_code for row in found] == [200, 200, 404]
    assert api.get("/api/v1/units/fathom").status_code == 404
    assert rows(api, "/api/v1/units/ell/revisions") == found


def test_name_leads_to_the_record_that_had_it_last(api: ContractClient, dataset: None) -> None:
    with change() as first:
        facts.unit(slug="ell")
    with change():
        Unit.objects.filter(slug="ell").update(slug="fathom")
    with change() as second:
        facts.unit(slug="ell")

    def made(path: str) -> int:
        return seen(api, path)[0][0]

    assert made("/api/v1/units/ell/revisions") == second.number
    assert made("/api/v1/units/fathom/revisions") == first.number
    assert made(f"/api/v1/units/ell/revisions?as_of={second.number - 1}") == first.number


def test_what_was_not_public_is_not_told(api: ContractClient, dataset: None) -> None:
    """Drafts before, between and after: neither their numbers, nor their reasons, nor their values."""
    with change(reason="hidden draft"):
        fact = facts.observation(published=False, value=Decimal(11))
    identity = fact.id
    hidden = f"/api/v1/observations/{identity}/revisions"
    with change(reason="hidden correction"):
        Observation.objects.filter(id=identity).update(value=12)
    with change(reason="hidden submission"):
        changes.submit(Observation.objects.get(id=identity), by="ada")
    before = api.get(hidden)
    as_of_draft = api.get(f"{hidden}?as_of={head()}")
    with change() as published:
        changes.publish(Observation.objects.get(id=identity), by="bea")
    with change() as corrected:
        Observation.objects.filter(id=identity).update(value=13)
    with change() as withdrawn:
        changes.withdraw(Observation.objects.get(id=identity))
    with change(reason="hidden rework"):
        Observation.objects.filter(id=identity).update(state="draft", value=14)
    with change(reason="hidden citation"):
        place = sources.citation(of=fact.segment.document_version, exact="2030")
        changes.cite(fact, parts=[("value", row.citation) for row in fact.cited_parts.all()] + [("period", place)])
    with change() as again:
        Observation.objects.filter(id=identity).update(state="published", value=15)

    answer = api.get(hidden)

    assert seen(api, hidden) == [
        (published.number, "insert", []),
        (corrected.number, "update", ["/value"]),
        (withdrawn.number, "delete", []),
        (again.number, "insert", []),
    ]
    assert rows(api, hidden)[1]["changes"] == [{"pointer": "/value", "before": 12, "after": 13}]
    assert b"hidden" not in answer.content
    assert (before.status_code, before.json()["type"]) == (404, "/problems/not-found")
    assert (as_of_draft.status_code, as_of_draft.json()["type"]) == (404, "/problems/not-yet-recorded")


def test_withdrawn_fact_keeps_its_time_map(api: ContractClient, dataset: None) -> None:
    fact = Observation.objects.published()[0]
    with change() as withdrawn:
        changes.withdraw(fact)

    assert api.get(f"/api/v1/observations/{fact.id}").status_code == 404
    assert seen(api, f"/api/v1/observations/{fact.id}/revisions")[-1] == (withdrawn.number, "delete", [])


def test_citations_are_a_part_of_their_fact(api: ContractClient, dataset: None) -> None:
    with change() as made:
        fact = facts.observation()
        place = sources.citation(of=fact.segment.document_version, exact="2030")
    value = [("value", row.citation) for row in fact.cited_parts.all()]
    with change() as cited:
        changes.cite(fact, parts=[*value, ("period", place)])
    with change() as uncited:
        changes.cite(fact, parts=value)
    with change():
        facts.observation()

    found = rows(api, f"/api/v1/observations/{fact.id}/revisions")

    assert [(row["number"], row["op"]) for row in found] == [
        (made.number, "insert"),
        (cited.number, "update"),
        (uncited.number, "update"),
    ]
    (added,), (removed,) = found[1]["changes"], found[2]["changes"]
    assert added["pointer"] == "/citations"
    assert ([row["part"] for row in added["before"]], {row["part"] for row in added["after"]}) == (
        ["value"],
        {"value", "period"},
    )
    assert (removed["before"], removed["after"]) == (added["after"], added["before"])


def test_topics_are_a_part_of_their_indicator(api: ContractClient, dataset: None) -> None:
    with change() as made:
        indicator, topic, other = facts.indicator(), facts.topic(), facts.topic()
    with change() as added:
        changes.set_topics(indicator, topics=[topic])
    with change() as moved:
        IndicatorTopic.objects.filter(indicator=indicator).update(topic=other)
    with change():
        Indicator.objects.exclude(id=indicator.id).update(note="changed")
    with change() as removed:
        changes.set_topics(indicator, topics=[])

    assert seen(api, f"/api/v1/indicators/{indicator.slug}/revisions") == [
        (made.number, "insert", []),
        (added.number, "update", ["/topics"]),
        (moved.number, "update", ["/topics"]),
        (removed.number, "update", ["/topics"]),
    ]


def test_part_that_moves_is_told_by_both(api: ContractClient, dataset: None) -> None:
    with change():
        one, two, topic = facts.indicator(), facts.indicator(), facts.topic()
        changes.set_topics(one, topics=[topic])
    with change() as moved:
        IndicatorTopic.objects.filter(indicator=one).update(indicator=two)

    for indicator in (one, two):
        assert seen(api, f"/api/v1/indicators/{indicator.slug}/revisions")[1:] == [
            (moved.number, "update", ["/topics"])
        ]


def test_events_and_their_evidence_are_parts_of_a_commitment_once_public(api: ContractClient, dataset: None) -> None:
    with change() as made:
        pledge = facts.commitment()
        version = pledge.segment.document_version
        place, other = sources.citation(of=version, exact="2030"), sources.citation(of=version, exact="1,500 mills")
    with change(reason="hidden event"):
        event = facts.event(of=pledge, fulfilment="in_progress", published=False)
    with change(reason="hidden evidence"):
        changes.cite_evidence(event, citations=[place])
    with change(reason="hidden submission"):
        changes.submit(event, by="ada")
    with change() as published:
        changes.publish(event, by="bea")
    with change() as proved:
        changes.cite_evidence(event, citations=[place, other])
    with change() as withdrawn:
        changes.withdraw(event)
    with change(reason="hidden evidence"):
        changes.cite_evidence(event, citations=[other])
    path = f"/api/v1/commitments/{pledge.id}/revisions"

    assert seen(api, path) == [
        (made.number, "insert", []),
        (published.number, "update", ["/fulfilment", "/events"]),
        (proved.number, "update", ["/events"]),
        (withdrawn.number, "update", ["/fulfilment", "/events"]),
    ]
    assert b"hidden" not in api.get(path).content


def test_parts_of_a_draft_are_not_told(api: ContractClient, dataset: None) -> None:
    with change():
        pledge = facts.commitment(published=False)
        facts.event(of=pledge, fulfilment="in_progress")
    with change():
        facts.event(of=pledge, fulfilment="kept")

    assert api.get(f"/api/v1/commitments/{pledge.id}/revisions").status_code == 404


def test_event_is_told_while_its_commitment_is_public(api: ContractClient, dataset: None) -> None:
    with change(reason="hidden"):
        pledge = facts.commitment(published=False)
        event = facts.event(of=pledge, fulfilment="kept")
    path = f"/api/v1/commitment-events/{event.id}"

    assert [api.get(address).status_code for address in (path, f"{path}/revisions", f"{path}/diff?from=1")] == [404] * 3
    assert api.get(f"{path}?as_of={head()}").json()["type"] == "/problems/not-yet-recorded"

    with change():
        changes.submit(pledge, by="ada")
    with change() as published:
        changes.publish(pledge, by="bea")
    with change():
        Commitment.objects.filter(id=pledge.id).update(title="Another")
    with change() as withdrawn:
        changes.withdraw(pledge)

    assert seen(api, f"{path}/revisions") == [(published.number, "insert", []), (withdrawn.number, "delete", [])]


def test_holding_a_text_is_told_by_its_document_version(api: ContractClient, dataset: None) -> None:
    with change() as made:
        version = sources.version(text="A text of our own.", held=False)
    with change() as held:
        sources_changes.hold_text(version, text="A text of our own.")

    assert seen(api, f"/api/v1/document-versions/{version.sha256}/revisions") == [
        (made.number, "insert", []),
        (held.number, "update", ["/held", "/text"]),
    ]


def test_what_a_record_only_names_has_a_history_of_its_own(api: ContractClient, dataset: None) -> None:
    with change() as made:
        indicator = facts.indicator(unit=facts.unit(slug="ell", name="ell"))
    with change() as renamed:
        Unit.objects.filter(slug="ell").update(name="fathom")
    with change() as noted:
        Indicator.objects.filter(id=indicator.id).update(note="A remark.")

    assert seen(api, f"/api/v1/indicators/{indicator.slug}/revisions") == [
        (made.number, "insert", []),
        (noted.number, "update", ["/note"]),
    ]
    assert seen(api, "/api/v1/units/ell/revisions")[1:] == [(renamed.number, "update", ["/name"])]


def test_changes_are_what_the_details_before_and_after_show(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation(value=Decimal("1.3"), reference_period=None)
        unit = facts.unit(slug="ell")
    with change():
        Observation.objects.filter(id=fact.id).update(value=Decimal("1.30"))
    with change():
        Observation.objects.filter(id=fact.id).update(
            unit=unit, reference_period=facts.period(), reference_period_basis="stated", note='a "note"'
        )
    path = f"/api/v1/observations/{fact.id}"

    updates = rows(api, f"{path}/revisions")[1:]

    assert len(updates) == 2
    for row in updates:
        before = api.read(f"{path}?as_of={row['number'] - 1}")
        after = api.read(f"{path}?as_of={row['number']}")
        assert row["changes"] == differences(before, after)
        assert row["changes"]
    (digits,) = updates[0]["changes"]
    assert (str(digits["before"]), str(digits["after"])) == ("1.3", "1.30")
    assert [each["pointer"] for each in updates[1]["changes"]] == [
        "/unit/slug",
        "/unit/name",
        "/unit/href",
        "/reference_period",
        "/reference_period_basis",
        "/note",
    ]


def test_differences_are_told_place_by_place() -> None:
    before = {"a/b": {"~": 1, "same": [1]}, "list": [{"x": 1}], "kind": None, "digits": Decimal("1.3"), "gone": {}}
    after = {"a/b": {"~": 2, "same": [1]}, "list": [{"x": 2}], "kind": {"x": 1}, "digits": Decimal("1.30"), "gone": []}

    assert differences(before, after) == [
        {"pointer": "/a~1b/~0", "before": 1, "after": 2},
        {"pointer": "/list", "before": [{"x": 1}], "after": [{"x": 2}]},
        {"pointer": "/kind", "before": None, "after": {"x": 1}},
        {"pointer": "/digits", "before": Decimal("1.3"), "after": Decimal("1.30")},
        {"pointer": "/gone", "before": {}, "after": []},
    ]
    assert differences({"x": True}, {"x": 1}) == [{"pointer": "/x", "before": True, "after": 1}]
    assert differences(before, before) == []


def test_no_record_of_the_dataset_lacks_a_revision_that_changed_it(api: ContractClient, dataset: None) -> None:
    """Every commitment is published by one revision, and what changes all of them is told by each."""
    with change() as changed:
        Commitment.objects.update(note="changed")

    for row in rows(api, "/api/v1/commitments?page_size=3"):
        assert seen(api, f"{row['href']}/revisions")[-1] == (changed.number, "update", ["/note"])
