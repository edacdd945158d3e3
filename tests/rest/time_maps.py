"""A history to ask for, and the rows of the time map that tells it."""

from typing import Any

from indicators.models import Unit
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change


def rows(api: ContractClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.read(path)["results"]
    return found


def history_of_a_unit(count: int) -> str:
    """The time map of a unit with so many revisions of its own and others between."""
    with change():
        facts.unit(slug="ell", name="0")
    for number in range(1, count):
        with change():
            Unit.objects.filter(slug="ell").update(name=str(number))
        with change():
            facts.unit()
    return "/api/v1/units/ell/revisions"
