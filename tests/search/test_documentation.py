"""The examples of docs/search.md find something."""

import re
from pathlib import Path

import pytest

from tests.contract.client import ContractClient

PAGE = Path(__file__).parents[2] / "docs" / "search.md"
EXAMPLES = re.findall(r"^\| `(/api/v1/[^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.django_db
@pytest.mark.parametrize("path", EXAMPLES)
def test_example_finds_something(api: ContractClient, dataset: None, path: str) -> None:
    page = api.read(path)

    assert page["results"]
    assert page.get("matched", "words") == ("similar_words" if "emisions" in path else "words")
