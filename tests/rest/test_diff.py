"""Two revisions of one record compared: what differs, and which end does not show it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from greenapi.ledger.models import ChangeClass, Revision
from greenapi.ledger.redaction import redact
from indicators import changes
from indicators.models import Observation, Unit
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

from .moments import head

pytestmark = pytest.mark.django_db

NOT_FOUND = (404, "/problems/not-found")
NOT_YET = (404, "/problems/not-yet-recorded")


def end(number: int) -> dict[str, Any]:
    recorded_at = Revision.objects.get(number=number).recorded_at
    return {"number": number, "recorded_at": recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}


def problem(api: ContractClient, path: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, type, and (parameter, detail) of each error."""
    answer = api.get(path)
    body = answer.json()
    return answer.status_code, body["type"], [(error["parameter"], error["detail"]) for error in body["errors"]]


def unit_with_a_history() -> tuple[int, int, int, int]:
    """The numbers of the revisions that made ell, changed it, renamed it to fathom, and changed another."""
    with change() as made:
        facts.unit(slug="ell", name="a", symbol="x")
    with change() as changed:
        Unit.objects.filter(slug="ell").update(name="b")
    with change() as renamed:
        Unit.objects.filter(slug="ell").update(slug="fathom", symbol="y")
    with change() as other:
        facts.unit()
    return made.number, changed.number, renamed.number, other.number


def test_two_revisions_are_compared(api: ContractClient, dataset: None) -> None:
    made, changed, renamed, other = unit_with_a_history()
    path = "/api/v1/units/fathom/diff"
    name = {"pointer": "/name", "before": "a", "after": "b"}
    slug = {"pointer": "/slug", "before": "ell", "after": "fathom"}
    symbol = {"pointer": "/symbol", "before": "x", "after": "y"}
    href = {"pointer": "/href", "before": "/api/v1/units/ell", "after": "/api/v1/units/fathom"}

    assert api.read(f"{path}?from={made}&to={other}") == {
        "from": end(made),
        "to": end(other),
        "changes": [slug, name, symbol, href],
    }
    assert api.read(f"{path}?from={made}&to={changed}")["changes"] == [name]
    assert api.read(f"{path}?from={changed}&to={renamed}")["changes"] == [slug, symbol, href]
    assert api.read(f"{path}?from={renamed}&to={other}") == {"from": end(renamed), "to": end(other), "changes": []}


def test_later_may_be_compared_with_earlier(api: ContractClient, dataset: None) -> None:
    made, changed, _, _ = unit_with_a_history()

    assert api.read(f"/api/v1/units/fathom/diff?from={changed}&to={made}") == {
        "from": end(changed),
        "to": end(made),
        "changes": [{"pointer": "/name", "before": "b", "after": "a"}],
    }


def test_old_name_leads_to_the_same_comparison(api: ContractClient, dataset: None) -> None:
    made, _, renamed, _ = unit_with_a_history()
    query = f"from={made}&to={renamed}"

    assert api.get(f"/api/v1/units/ell/diff?{query}").content == api.get(f"/api/v1/units/fathom/diff?{query}").content


def test_ends_are_named_as_as_of_is(api: ContractClient, dataset: None) -> None:
    made, changed, _, _ = unit_with_a_history()
    moment = Revision.objects.get(number=changed).recorded_at
    text = moment.replace(tzinfo=None).isoformat()
    before = (moment - timedelta(microseconds=1)).replace(tzinfo=None).isoformat()

    assert api.read(f"/api/v1/units/fathom/diff?from={made}&to={text}Z")["to"] == end(changed)
    assert api.read(f"/api/v1/units/fathom/diff?from={before}Z&to={changed}")["from"] == end(made)
    assert problem(api, f"/api/v1/units/fathom/diff?from=1999-12-31&to={made}")[:2] == NOT_YET


def test_without_the_second_end_it_is_the_newest(api: ContractClient, dataset: None) -> None:
    made, changed, _, other = unit_with_a_history()
    path = f"/api/v1/units/ell/diff?from={made}"
    newest, then = api.get(path), api.get(f"{path}&as_of={changed}")
    assert (newest.json()["to"], then.json()["to"]) == (end(other), end(changed))
    assert "no-cache" in newest.headers["Cache-Control"]
    assert "Memento-Datetime" in then.headers

    with change() as later:
        Unit.objects.filter(slug="fathom").update(name="c")

    assert api.read(path)["to"] == end(later.number)
    assert api.get(f"{path}&as_of={changed}").content == then.content
    assert api.get(f"{path}&to={other}").content == newest.content


def test_digits_are_compared_as_they_are_written(api: ContractClient, dataset: None) -> None:
    with change() as made:
        fact = facts.observation(value=Decimal("1.3"))
    with change() as changed:
        Observation.objects.filter(id=fact.id).update(value=Decimal("1.30"))

    (found,) = api.read(f"/api/v1/observations/{fact.id}/diff?from={made.number}&to={changed.number}")["changes"]

    assert (found["pointer"], str(found["before"]), str(found["after"])) == ("/value", "1.3", "1.30")


def test_end_that_does_not_show_the_record_is_named(api: ContractClient, dataset: None) -> None:
    with change() as drafted:
        fact = facts.observation(published=False)
    with change():
        changes.submit(fact, by="ada")
    with change() as published:
        changes.publish(fact, by="bea")
    with change() as withdrawn:
        changes.withdraw(fact)
    path = f"/api/v1/observations/{fact.id}/diff"
    draft, public, gone = drafted.number, published.number, withdrawn.number
    not_yet = f"It was not recorded at revision {draft}."
    no_more = f"It was not shown any more at revision {gone}."

    assert problem(api, f"{path}?from={draft}&to={public}") == (*NOT_YET, [("from", not_yet)])
    assert problem(api, f"{path}?from={public}&to={draft}") == (*NOT_YET, [("to", not_yet)])
    assert problem(api, f"{path}?from={public}&to={gone}") == (*NOT_FOUND, [("to", no_more)])
    assert problem(api, f"{path}?from={public}") == (*NOT_FOUND, [("to", no_more)])
    assert problem(api, f"{path}?from={draft}&to={gone}") == (*NOT_YET, [("from", not_yet), ("to", no_more)])
    assert api.read(f"{path}?from={public}&to={public}")["changes"] == []
    assert problem(api, f"{path}?from=0&as_of={draft}")[:2] == NOT_YET


def test_record_that_never_was_is_not_found(api: ContractClient, dataset: None) -> None:
    assert problem(api, "/api/v1/units/no-such-unit/diff?from=1") == (*NOT_FOUND, [])
    assert problem(api, "/api/v1/units/no-such-unit/diff?from=1&as_of=1") == (*NOT_YET, [])
    assert api.get("/api/v1/revisions/1/diff?from=1").status_code == 404


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", ["from"]),
        ("to=1", ["from"]),
        ("from=yesterday", ["from"]),
        ("from=1&to=2026-01-01T00:00:00", ["to"]),
        ("from=-1", ["from"]),
        ("from=&to=1", ["from"]),
        ("from=1&from=2", ["from"]),
    ],
)
def test_end_that_is_none_is_refused(api: ContractClient, dataset: None, query: str, parameters: list[str]) -> None:
    status, kind, errors = problem(api, f"/api/v1/units/percent/diff?{query}")

    assert (status, kind, [parameter for parameter, _ in errors]) == (400, "/problems/invalid-parameter", parameters)


def test_end_to_come_is_refused(api: ContractClient, dataset: None) -> None:
    with change():
        facts.unit()
    newest = head()
    future = (422, "/problems/future-as-of")
    path = "/api/v1/units/percent/diff"

    for query, parameters in (
        (f"from=1&to={newest + 1}", ["to"]),
        (f"from={newest + 1}", ["from"]),
        (f"from={'9' * 40}", ["from"]),
        ("from=1&to=9999-12-31", ["to"]),
        (f"from={newest}&to={newest}&as_of=1", ["from", "to"]),
    ):
        status, kind, errors = problem(api, f"{path}?{query}")
        assert ((status, kind), [parameter for parameter, _ in errors]) == (future, parameters)


def test_what_was_redacted_is_not_told_by_a_comparison(api: ContractClient, dataset: None) -> None:
    with change() as made:
        unit = facts.unit(slug="ell", definition="A secret.")
    with change() as changed:
        Unit.objects.filter(id=unit.id).update(definition="A secret still.", name="b")
    with change(change_class=ChangeClass.REDACTION) as redaction:
        redact(Unit, unit.id, fields=["definition"], authority="A court", reason="A secret")
    path = "/api/v1/units/ell"

    told = [
        api.get(f"{path}/diff?from={made.number}&to={changed.number}").content,
        api.get(f"{path}/diff?from={changed.number}&to={redaction.number}").content,
        api.get(f"{path}/revisions").content,
    ]

    assert [b"secret" in content for content in told] == [False] * 3
    assert api.read(f"{path}/diff?from={made.number}&to={changed.number}")["changes"] == [
        {"pointer": "/name", "before": unit.name, "after": "b"}
    ]
