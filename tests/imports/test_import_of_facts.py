"""Facts by the thousand: drafts, handed in where asked for, recognised by key or row; and in few statements."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from briefings.inputs import FICTION
from briefings.models import Citation, DocumentText
from greenapi.access.scopes import Scope
from greenapi.imports.recording import Task, check_at_once, record_rows
from greenapi.imports.records import Row
from greenapi.ledger.models import LedgerHead
from greenapi.urls import IMPORTABLES
from indicators.models import Observation
from indicators.models.facts import State
from tests.contract.client import ContractClient
from tests.factories.revisions import change
from tests.rest.writes import Writer, example_of

from .importing import carried_out, ndjson, outcomes, report


def row(resource: str, **values: Any) -> dict[str, Any]:
    found = example_of(resource)
    found.pop("reason", None)
    return {**found, **values}


@pytest.fixture
def proposer(dataset_db: None, api: ContractClient) -> Writer:
    return Writer(api, Scope.PROPOSE)


def test_facts_are_drafts_and_are_handed_in_where_asked_for(proposer: Writer) -> None:
    body = ndjson(row("observations", key="a"), row("observations", key="b"))
    first = carried_out(proposer, body, resource="observations")
    keys = [found["key"] for found in report(proposer, first)]
    drafts = set(Observation.objects.filter(pk__in=keys).values_list("state", "submitted_by"))
    handed_in = carried_out(proposer, body, resource="observations", submit="true")
    again = carried_out(proposer, body, resource="observations", submit="true")

    assert drafts == {(State.DRAFT, "")}
    assert [found["counts"] for found in (first, handed_in, again)] == [
        {"added": 2, "changed": 0, "unchanged": 0, "refused": 0},
        {"added": 0, "changed": 2, "unchanged": 0, "refused": 0},
        {"added": 0, "changed": 0, "unchanged": 2, "refused": 0},
    ]
    assert set(Observation.objects.filter(pk__in=keys).values_list("state", "submitted_by")) == {
        (State.IN_REVIEW, proposer.user.get_username())
    }


def test_row_with_a_key_changes_the_fact_and_its_citations(proposer: Writer) -> None:
    carried_out(proposer, ndjson(row("observations", key="a")), resource="observations")
    citations = row("observations")["citations"]
    noted = carried_out(proposer, ndjson(row("observations", key="a", note="Read again.")), resource="observations")
    cut = row("observations", key="a", note="Read again.", citations=citations[:1])
    uncited = carried_out(proposer, ndjson(cut), resource="observations")
    (found,) = report(proposer, uncited)

    assert (noted["counts"]["changed"], uncited["counts"]["changed"]) == (1, 1)
    fact = Observation.objects.get(pk=found["key"])
    assert fact.note == "Read again."
    assert fact.cited_parts.count() == 1


def test_published_fact_stays_and_others_are_recorded(proposer: Writer) -> None:
    public = Observation.objects.filter(state=State.PUBLISHED).first()
    assert public is not None
    number = LedgerHead.objects.get().number
    same = row("observations", id=str(public.pk))
    import_ = carried_out(proposer, ndjson(same, row("observations", key="a")), resource="observations", mode="rows")

    assert outcomes(proposer, import_) == {1: "refused", 2: "added"}
    assert report(proposer, import_)[0]["errors"][0]["detail"] == "A fact that is published is not changed any more."
    public.refresh_from_db()
    assert public.state == State.PUBLISHED
    assert LedgerHead.objects.get().number == number + 1


def test_row_that_only_the_database_refuses_is_named_in_the_words_of_a_single_write(proposer: Writer) -> None:
    place = row("observations")["citations"][0]
    wrong = row("observations", key="b", citations=[{**place, "start": 1, "end": 20}])
    silly = row("observations", key="c", value=None, value_high=None)
    rows = [row("observations", key="a"), wrong, silly, row("observations", key="d"), row("observations", key=7)]
    import_ = carried_out(proposer, ndjson(*rows), resource="observations", mode="rows")
    errors = {found["line"]: [error["pointer"] for error in found["errors"]] for found in report(proposer, import_)}

    assert outcomes(proposer, import_) == {1: "added", 2: "refused", 3: "refused", 4: "added", 5: "refused"}
    assert errors == {1: [], 2: ["/citations/0/exact"], 3: ["/value"], 4: [], 5: ["/key"]}
    assert not Citation.objects.filter(start=1, end=20).exists()


def test_rows_may_refer_to_rows_of_the_same_file(proposer: Writer) -> None:
    rows = [
        {"slug": "leaf", "name": "Leaf", "parent": "branch"},
        {"slug": "branch", "name": "Branch", "parent": "trunk"},
        {"slug": "trunk", "name": "Trunk"},
        {"slug": "moss", "name": "Moss", "parent": "stone"},
    ]
    import_ = carried_out(proposer, ndjson(*rows), resource="topics", mode="rows")

    assert outcomes(proposer, import_) == {1: "added", 2: "added", 3: "added", 4: "refused"}
    assert report(proposer, import_)[3]["errors"] == [
        {"pointer": "/parent", "detail": "There is no such one among the topics."}
    ]


@pytest.mark.parametrize(
    "resource", ["observations", "commitments", "commitment-events", "claim-links", "citations", "segments", "units"]
)
def test_many_rows_take_as_many_statements_as_few(resource: str, dataset_db: None) -> None:
    task = Task(kind=IMPORTABLES[resource].kind, by="somebody", may_review=True, submit=True)

    def statements(first: int, last: int) -> int:
        rows = [Row(line=number, given=varied(resource, number)) for number in range(first, last)]
        with change(), CaptureQueriesContext(connection) as queries:
            check_at_once()
            results = record_rows(rows, task=task, seen={})
        assert {result.outcome for result in results} == {"added"}, results
        return len(queries)

    statements(1, 3)
    assert statements(10, 70) == statements(100, 103) <= 40


def varied(resource: str, number: int) -> dict[str, Any]:
    match resource:
        case "units":
            return row(resource, slug=f"unit-{number}")
        case "citations":
            words = DocumentText.objects.get(version__sha256=FICTION).text
            return row(resource, start=0, end=number, exact=words[:number])
        case "segments":
            return row(resource, number=1000 + number, start=number, end=number + 1)
        case _:
            return row(resource, key=str(number))
