"""What is missing as of a revision is missing in the same words for ever."""

from typing import Any

import pytest
from django.test import Client

from greenapi.ledger.models import ChangeClass
from greenapi.ledger.redaction import redact
from indicators import changes
from indicators.models import Commitment, Unit
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

from .moments import head

pytestmark = pytest.mark.django_db


def kind(api: Client, path: str) -> tuple[int, Any]:
    answer = api.get(path)
    return answer.status_code, answer.json().get("type")


NOT_FOUND = (404, "/problems/not-found")
NOT_YET = (404, "/problems/not-yet-recorded")


def test_missing_row_has_the_same_answer_for_ever(api: ContractClient, dataset: None) -> None:
    """Asked before and after it is recorded, renamed, and recorded again under the old name."""
    numbers = [head()]
    told: dict[int, bytes] = {}

    def ask_again() -> None:
        for number in numbers:
            path = f"/api/v1/units/ell?as_of={number}"
            content = api.get(path).content
            assert told.setdefault(number, content) == content
        with change():
            facts.unit()
        numbers.append(head())

    ask_again()
    with change():
        facts.unit(slug="ell")
    numbers.append(head())
    ask_again()
    with change():
        Unit.objects.filter(slug="ell").update(slug="fathom")
    numbers.append(head())
    ask_again()
    with change():
        facts.unit(slug="ell")
    numbers.append(head())
    ask_again()
    ask_again()

    found = [kind(api, f"/api/v1/units/ell?as_of={number}") for number in numbers]
    there = (200, None)
    assert found == [NOT_YET, NOT_YET, there, there, NOT_FOUND, NOT_FOUND, there, there, there]
    assert kind(api, "/api/v1/units/fathom") == there


def test_missing_fact_has_the_same_answer_for_ever(api: ContractClient, dataset: None) -> None:
    """A draft is told as if nothing were there, and so is what is published only later."""
    with change():
        fact = facts.observation(published=False)
    path = f"/api/v1/observations/{fact.id}"
    numbers = [head()]
    draft = api.get(f"{path}?as_of={head()}").content
    with change():
        changes.submit(fact, by="ada")
    numbers.append(head())
    with change():
        changes.publish(fact, by="bea")
    numbers.append(head())
    with change():
        changes.withdraw(fact)
    numbers.append(head())
    withdrawn = api.get(f"{path}?as_of={head()}").content
    with change():
        facts.unit()

    assert [kind(api, f"{path}?as_of={number}") for number in numbers] == [NOT_YET, NOT_YET, (200, None), NOT_FOUND]
    assert api.get(f"{path}?as_of={numbers[0]}").content == draft
    assert api.get(f"{path}?as_of={numbers[3]}").content == withdrawn
    assert kind(api, path) == NOT_FOUND


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/observations/1",
        "/api/v1/revisions/01",
        "/api/v1/revisions/0",
        "/api/v1/revisions/-1",
        "/api/v1/units/%00",
    ],
)
def test_key_that_no_row_can_have_is_not_found_as_of_any_revision(
    api: ContractClient, dataset: None, path: str
) -> None:
    assert [kind(api, path), kind(api, f"{path}?as_of=0"), kind(api, f"{path}?as_of=1")] == [NOT_FOUND] * 3


def test_revision_is_not_yet_recorded_as_of_one_before(api: ContractClient, dataset: None) -> None:
    newest = head()
    later = f"/api/v1/revisions/{newest + 1}?as_of={newest}"
    before = api.get(later).content

    with change():
        facts.unit()

    assert kind(api, later) == NOT_YET
    assert api.get(later).content == before
    assert kind(api, f"/api/v1/revisions/{newest + 5}") == NOT_FOUND


def test_redacted_record_is_gone_as_of_every_revision_that_had_it(api: ContractClient, dataset: None) -> None:
    before = head()
    with change():
        fact = facts.commitment(cited=False)
    with change():
        facts.unit()
    with change(change_class=ChangeClass.REDACTION) as redaction:
        redact(Commitment, fact.id, authority="A court", reason="A name")
    path = f"/api/v1/commitments/{fact.id}"
    gone = (410, "/problems/redacted")

    assert [kind(api, f"{path}?as_of={number}") for number in (before, before + 1, before + 2)] == [NOT_YET, gone, gone]
    assert kind(api, path) == gone
    assert api.get(path).json()["detail"] == f"Revision {redaction.number} redacted it."
