"""What the package offers is what it says it offers."""

import inspect
import pickle
import re

import greenapi_client
from greenapi_client import GreenAPI, errors, models
from tests.contract.client import document


def test_exported_names_exist() -> None:
    for module in (greenapi_client, models):
        assert {name for name in module.__all__ if not hasattr(module, name)} == set()


def test_errors_are_one_documented_tree() -> None:
    classes = {
        name: kind for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)
    }
    drawn = re.findall(r"(?m)^[│├└─ ]*([A-Z]\w+)(?:  +.*)?$", errors.__doc__ or "")

    assert sorted(drawn) == sorted(classes)
    assert all(issubclass(kind, errors.GreenAPIError) for kind in classes.values())
    assert all(kind.__doc__ for kind in classes.values())


# What only writes are answered, which the client does not make.
WITHOUT_ERROR = {
    f"/problems/{slug}"
    for slug in (
        *("already-there", "in-use", "invalid-body", "length-required", "rule-broken", "stale", "too-large"),
        *("unsupported-media-type", "precondition-required", "idempotency-key-reused", "wrong-state"),
    )
}


def test_every_problem_type_has_its_error() -> None:
    types = [
        example["value"]["type"]
        for answer in document()["components"]["responses"].values()
        for example in answer.get("content", {}).get("application/problem+json", {}).get("examples", {}).values()
        if example["value"]["type"] not in WITHOUT_ERROR
    ]
    made = {}
    for type_ in types:
        problem = models.Problem(type=type_, title="No.", status=400, detail=None, errors=())
        made[type_] = type(errors.error_of(problem, url="", retry_after=None))

    assert errors.ProblemAnswer not in made.values()
    assert len(set(made.values())) == len(types)


def test_errors_survive_pickling() -> None:
    problem = models.Problem(type="/problems/busy", title="Busy.", status=503, detail=None, errors=())
    busy = errors.error_of(problem, url="http://localhost/api/v1/units", retry_after=3.0)

    again = pickle.loads(pickle.dumps(busy))

    assert (type(again), str(again), again.problem, again.retry_after) == (errors.Busy, str(busy), problem, 3.0)


def test_a_view_has_no_more_than_reading(green: GreenAPI) -> None:
    public = {name for name in vars(green.at(1)) if not name.startswith("_")}

    assert public == {name for name in vars(green) if not name.startswith("_")}
