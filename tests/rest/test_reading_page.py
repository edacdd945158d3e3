"""The addresses in docs/reading.md are answered by the bundled dataset, each with rows."""

import re
from pathlib import Path

import pytest

from tests.contract.client import ContractClient

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
ADDRESSES = re.findall(r"^GET (\S+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_page_has_examples() -> None:
    assert len(ADDRESSES) > 15


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_example_has_rows(api: ContractClient, dataset: None, address: str) -> None:
    assert api.read(address)["results"]
