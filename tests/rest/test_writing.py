"""Every resource is written alike: made, changed, taken away; each write one revision that says who, when and why."""

from typing import Any

import pytest

from greenapi.access.scopes import Scope
from greenapi.ledger.models import LedgerHead, Revision
from greenapi.rest.facts import FactViewSet
from greenapi.rest.inputs import FIXED
from tests.contract.client import ContractClient, parse

from .writes import REASON, WRITTEN, Writer, change_of, errors_of, example_of, make

pytestmark = pytest.mark.django_db

FACTS = [name for name, view in WRITTEN.items() if issubclass(view, FactViewSet)]


@pytest.fixture
def ada(api: ContractClient, dataset: None) -> Writer:
    return Writer(api, Scope.REVIEW, name="ada")


def head() -> int:
    return LedgerHead.objects.get().number


def shown(given: Any, answered: Any) -> Any:
    """What an answer shows of what was given: references as they were given, by their keys."""
    match given:
        case dict() if isinstance(answered, dict):
            return {name: shown(value, answered[name]) for name, value in given.items()}
        case list() if isinstance(answered, list):
            return [shown(each, found) for each, found in zip(given, answered, strict=True)]
        case str() if isinstance(answered, dict):
            return next(answered[name] for name in ("slug", "sha256", "id") if name in answered)
        case _:
            return answered


@pytest.mark.parametrize("resource", WRITTEN)
def test_record_is_made_changed_and_taken_away(ada: Writer, resource: str) -> None:
    example, change, number = example_of(resource), change_of(resource), head()

    made = ada.post(f"/api/v1/{resource}", example)

    assert made.status_code == 201, made.content
    path = made.headers["Location"]
    read = ada.get(path)
    assert (read.content, read.headers["ETag"]) == (made.content, made.headers["ETag"])
    assert int(made.headers["Revision"]) == number + 1 == head()
    before = parse(made.content)
    given = {name: value for name, value in example.items() if name not in {"citations", "text"}}
    assert shown(given, before) == given

    changed = ada.patch(path, change)
    again = ada.patch(path, change)

    assert changed.status_code == 200, changed.content
    after = parse(changed.content)
    assert shown(change, after) == change
    assert {name for name in before if before[name] != after[name]} == set(change)
    assert ada.get(path).content == changed.content == again.content
    # A change that changes nothing makes no revision.
    assert int(changed.headers["Revision"]) == int(again.headers["Revision"]) == number + 2 == head()

    gone = ada.delete(path)

    assert (gone.status_code, gone.content, int(gone.headers["Revision"])) == (204, b"", number + 3)
    assert ada.get(path).status_code == 404
    assert ada.get(f"{path}?as_of={number + 2}").content == changed.content
    assert list(Revision.objects.filter(number__gt=number).values_list("actor", "reason", "change_class")) == [
        ("ada", REASON, sort) for sort in ("enrichment", "our_correction", "retraction")
    ]


@pytest.mark.parametrize("resource", WRITTEN)
def test_dry_run_answers_as_if_it_were_done(ada: Writer, resource: str) -> None:
    number = head()

    tried = ada.post(f"/api/v1/{resource}?dry_run=true", example_of(resource))

    assert (tried.status_code, tried.headers["Dry-Run"], head()) == (200, "true", number), tried.content
    assert "ETag" not in tried.headers and "Location" not in tried.headers
    path = make(ada, resource)
    body = ada.get(path).content
    changed = ada.patch(f"{path}?dry_run=true", change_of(resource))
    assert shown(change_of(resource), parse(changed.content)) == change_of(resource)
    assert ada.delete(f"{path}?dry_run=true").status_code == 204
    assert (ada.get(path).content, head()) == (body, number + 1)


@pytest.mark.parametrize("resource", WRITTEN)
def test_change_that_is_not_well_asked_for_changes_nothing(ada: Writer, resource: str) -> None:
    path = make(ada, resource)
    etag, change, number = ada.etag(path), change_of(resource), head()
    wrong = {"href": "/elsewhere", "nmae": None}

    for refused in (ada.post(f"/api/v1/{resource}", {**example_of(resource), **wrong}), ada.patch(path, wrong)):
        assert refused.status_code == 400
        found = errors_of(refused)
        assert found["/href"] == "It is computed, and so cannot be given."
        assert found["/nmae"].startswith("nmae is not known here")
    for name in WRITTEN[resource].input_class.fixed():
        assert errors_of(ada.patch(path, {name: "x"})) == {f"/{name}": FIXED}
    blind = ada.send("patch", path, change)
    any_state = ada.patch(path, change, **{"If-Match": "*"})
    stale = ada.patch(path, change, **{"If-Match": f'"{"0" * 32}"'})
    weak = ada.patch(path, change, **{"If-Match": f"W/{etag}"})
    assert (blind.status_code, any_state.status_code, stale.status_code, weak.status_code) == (428, 428, 412, 412)
    assert stale.headers["ETag"] == etag
    assert (ada.etag(path), head()) == (etag, number)


@pytest.mark.parametrize("reason", ["", " \n", "x" * 501, None, 5])
def test_reason_is_asked_for(ada: Writer, reason: Any) -> None:
    answers = [
        ada.post("/api/v1/units", {**example_of("units"), "reason": reason}),
        ada.patch("/api/v1/units/percent", {"name": "x", "reason": reason}),
    ]

    assert [(answer.status_code, set(errors_of(answer))) for answer in answers] == [(400, {"/reason"})] * 2
    assert ada.delete("/api/v1/units/percent", reason="%20").status_code == 400


@pytest.mark.parametrize("resource", WRITTEN)
def test_token_needs_the_scope(api: ContractClient, dataset: None, resource: str) -> None:
    reader, proposer = Writer(api, Scope.READ), Writer(api, Scope.PROPOSE)
    path = make(proposer, resource)
    may_change = 200 if resource in FACTS else 403

    assert api.post(f"/api/v1/{resource}", {}, content_type="application/json").status_code == 401
    assert reader.post(f"/api/v1/{resource}", example_of(resource)).status_code == 403
    assert proposer.patch(path, change_of(resource)).status_code == may_change
    assert proposer.delete(path).status_code == (204 if resource in FACTS else 403)
