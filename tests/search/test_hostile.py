"""Whatever is searched for, the answer is a page or a problem."""

from urllib.parse import quote

import pytest

from tests.contract.client import ContractClient

pytestmark = pytest.mark.django_db

GOOD = (
    '"', '"green', '""', "!!!", "& | ! ( )", ":*", "green:*", "green <-> gas", "<2>", "'", "''", "\\", "\\'", "a\\'b",
    "or", "or or or", "-", "green --", "the", "the of and", "%", "%s %(wanted)s", "{0} {wanted}", "$1", "$$", "§0",
    "😀", "😀" * 200, "中国 绿色发展", "e\u0301", "\u202egreen", "\ufeff", "\ue000green\ue001", "<b>green</b>", "&amp;",
    "5G", "1,500", "-5.5e10 x", "a@b.example", "https://a.example/b?c=d", "/etc/passwd", "'; DROP TABLE unit; --",
    "green " * 33, "x" * 200, "a or " * 39 + "b", "green\nhouse", "null", "NaN", "١٢٣",
)  # fmt: skip
BAD = (
    "", " ", "\t\n", "\0", "green\0", "x" * 201, "x" * 10_240, "--green", "-green", '-"green house"', "green or -gas",
    '"green house" or -"gas"',
)  # fmt: skip


@pytest.mark.parametrize("address", ["/api/v1/search", "/api/v1/citations"])
def test_hostile_words_get_a_page_or_a_problem(api: ContractClient, dataset: None, address: str) -> None:
    statuses = {q: api.get(f"{address}?q={quote(q)}").status_code for q in (*GOOD, *BAD)}

    assert {q for q in BAD if statuses[q] != 400} == set()
    assert {q for q in GOOD if statuses[q] != 200} == set()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "kind=segment",
        "q=green&kind=speaker",
        "q=green&kind__in=segment,",
        "q=green&kind=%00",
        "q=green&page_size=0",
        "q=green&page_size=101",
        "q=green&ordering=id",
        "q=green&cursor=x",
        "q=green&q=grey",
        "q=green&as_of=x",
    ],
)
def test_wrong_parameters_are_refused(api: ContractClient, dataset: None, query: str) -> None:
    assert api.get(f"/api/v1/search?{query}").status_code == 400


def test_cursor_of_another_search_is_refused(api: ContractClient, dataset: None) -> None:
    cursor = api.read("/api/v1/search?q=green&page_size=1")["next"].partition("cursor=")[2]

    assert api.get(f"/api/v1/search?q=grey&page_size=1&cursor={cursor}").status_code == 400
