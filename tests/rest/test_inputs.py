"""Rows are checked without HTTP: many at once, with as many queries as there are kinds of record they refer to."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from greenapi.access.scopes import Scope
from greenapi.rest.inputs import check_rows, check_shape
from greenapi.rest.merge_patch import merged
from greenapi.rest.problems import MAX_ERRORS
from indicators.inputs import ObservationInput
from indicators.models import Indicator
from tests.contract.client import ContractClient, parse

from .writes import WRITTEN, Writer, errors_of, example_of


def queries_of(rows: list[Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert not any(checked.errors for checked in check_rows(ObservationInput, rows))
    return len(captured)


def test_queries_do_not_grow_with_rows(dataset: None) -> None:
    row = example_of("observations")

    # Indicator, unit, scope, period, segment, speaker, document version, citation.
    assert queries_of([row]) == queries_of([row] * 50) == 8


def test_no_more_unknown_names_are_looked_at_than_are_told() -> None:
    unknown = {f"name{number}": 1 for number in range(2 * MAX_ERRORS)}

    told = [error for error in check_shape(ObservationInput, unknown) if "not known" in error.detail]

    assert len(told) == MAX_ERRORS


def test_each_row_has_its_own_errors(dataset: None) -> None:
    row = example_of("observations")
    rows = [row, {**row, "value": "55"}, {**row, "indicator": "no-such"}, 5, {**row, "citations": [{}]}]

    checked = check_rows(ObservationInput, rows)

    assert [[error.pointer for error in each.errors] for each in checked] == [
        [],
        ["/value"],
        ["/indicator"],
        [""],
        ["/citations/0/part"],
    ]
    assert checked[0].values["indicator"] == Indicator.objects.get(slug=row["indicator"])
    assert checked[1].values == {}


@pytest.mark.parametrize("resource", WRITTEN)
def test_query_count_of_writing_is_bounded(api: ContractClient, dataset: None, resource: str) -> None:
    writer = Writer(api, Scope.REVIEW)

    with CaptureQueriesContext(connection) as captured:
        answer = writer.post(f"/api/v1/{resource}", example_of(resource))

    assert answer.status_code == 201
    # Token, revision, what it refers to, the record with its links and citations, and how it is shown.
    assert len(captured) <= 55, len(captured)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_any_value_is_checked_without_an_exception(value: Any) -> None:
    for view in WRITTEN.values():
        kind = view.input_class
        for row in (value, dict.fromkeys(kind().fields, value)):
            assert all(error.detail for error in check_shape(kind, row))


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        # The examples of RFC 7396, appendix A.
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch_is_that_of_the_rfc(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result


EVIDENCE = example_of("observations")["citations"][0]
PLACE = {name: value for name, value in EVIDENCE.items() if name != "part"}


@pytest.mark.parametrize(
    ("resource", "change", "pointers"),
    [
        ("indicators", {"domain": {"lower": 2, "upper": 1}}, {"/domain"}),
        ("indicators", {"domain": {"upper_closed": True}}, {"/domain"}),
        ("document-versions", {"sha256": "0" * 64, "length": 0}, {"/sha256", "/length"}),
        ("observations", {"citations": [{"part": "value"}]}, {f"/citations/0/{name}" for name in PLACE}),
        (
            "observations",
            {"citations": [{**EVIDENCE, "citation": "019a5f0c-6c3e-7b1d-9a55-3f2b8c1d4e5f"}]},
            {f"/citations/0/{name}" for name in PLACE},
        ),
    ],
)
def test_members_that_do_not_agree_break_a_rule(
    api: ContractClient, dataset: None, resource: str, change: dict[str, Any], pointers: set[str]
) -> None:
    refused = Writer(api, Scope.REVIEW).post(f"/api/v1/{resource}", {**example_of(resource), **change})

    assert (refused.status_code, parse(refused.content)["type"]) == (422, "/problems/rule-broken")
    assert set(errors_of(refused)) == pointers


def test_version_without_its_text_needs_hash_and_length(api: ContractClient, dataset: None) -> None:
    version = example_of("document-versions")
    del version["text"]

    refused = Writer(api, Scope.REVIEW).post("/api/v1/document-versions", version)

    assert (refused.status_code, set(errors_of(refused))) == (422, {"/sha256", "/length"})


def test_what_is_no_such_body_is_told_before_rules_are(api: ContractClient, dataset: None) -> None:
    example = {**example_of("indicators"), "domain": {"lower": 2, "upper": 1}, "name": 5}

    refused = Writer(api, Scope.REVIEW).post("/api/v1/indicators", example)

    assert (refused.status_code, set(errors_of(refused))) == (400, {"/name", "/domain"})


@pytest.mark.parametrize(
    ("path", "patch", "pointer"),
    [
        ("units/percent", {"name": None}, "/name"),
        ("indicators/average-pue-of-data-centres", {"unit": None}, "/unit"),
    ],
)
def test_patch_that_leaves_a_record_without_a_member_breaks_a_rule(
    api: ContractClient, dataset: None, path: str, patch: dict[str, Any], pointer: str
) -> None:
    refused = Writer(api, Scope.REVIEW).patch(f"/api/v1/{path}", patch)

    assert (refused.status_code, set(errors_of(refused))) == (422, {pointer})
