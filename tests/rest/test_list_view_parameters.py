"""What lists of versions do not know, and what does not go together with the view that is asked for."""

import pytest

from tests.contract.client import ContractClient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("units?view=newest", "invalid-parameter"),
        ("units?view=", "invalid-parameter"),
        ("units?view=all&view=all", "invalid-parameter"),
        ("units?view=all&ordering=slogan", "invalid-parameter"),
        ("units?view=all&page_size=1001", "invalid-parameter"),
        ("units?view=all&nmae=a", "unknown-parameter"),
        ("units/percent?view=all", "unknown-parameter"),
        ("revisions?view=all", "unknown-parameter"),
        ("observations?view=all&value=many", "invalid-parameter"),
    ],
)
def test_what_a_list_of_versions_does_not_know_is_refused(
    api: ContractClient, dataset: None, query: str, problem: str
) -> None:
    answer = api.get(f"/api/v1/{query}")

    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{problem}")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("units?view=all&ordering=slug", ["ordering"]),
        ("units?view=all&ordering=record,-slug", ["ordering"]),
        ("units?view=latest&ordering=record", ["ordering"]),
        ("units?ordering=name,-record", ["ordering"]),
        ("units?view=initial&page_size=101", ["page_size"]),
        ("observations?view=all&count=true&fields=id", ["count", "fields"]),
        ("observations?view=all&latest=true", ["latest"]),
        ("observations?count=true&format=bib", ["format"]),
    ],
)
def test_what_only_another_list_knows_does_not_go_with_this_one(
    api: ContractClient, dataset: None, query: str, names: list[str]
) -> None:
    answer = api.get(f"/api/v1/{query}")

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/conflicting-parameters")
    assert [error["parameter"] for error in answer.json()["errors"]] == names
