"""No input gives a 500: hostile addresses are answered, or refused with a problem document."""

from urllib.parse import quote

import pytest
from django.test import Client
from django_filters import Filter

from greenapi.urls import RESOURCES
from tests.contract.client import ContractClient

pytestmark = pytest.mark.django_db

UUID = "01a20156-843b-75e5-b45f-fbd69ab71118"
HUGE = "9" * 400
LONG = "x" * 20_000
INJECTION = "'; DROP TABLE unit; --"
SURROGATE = "%ED%A0%80"  # U+D800 as UTF-8 would have it, which no text may hold
NOT_UTF8 = "%FF%FE"

# Values that no filter of whatever type should stumble over; percent-encoded already.
EVERYWHERE = [
    "%00",
    f"a%00{UUID}",
    SURROGATE,
    NOT_UTF8,
    quote(INJECTION),
    quote("1' OR '1'='1"),
    quote("1) UNION SELECT 1--"),
    quote("%' ESCAPE '"),
    quote("\\"),
    quote("$$"),
    quote("{}[]\"'<script>"),
    HUGE,
    f"-{HUGE}",
    "1e1000000",
    "NaN",
    "-Infinity",
    "0x7fffffffffffffff",
    "1_000",
    quote("١٢٣"),
    quote("１２３"),
    quote("..\\..\\..\\etc\\passwd"),
    quote("../../../../etc/passwd", safe=""),
    "2026-02-30",
    "0000-00-00",
    "10000-01-01",
    "-0001-01-01",
    "2026-03-01T12:00:00",
    "2026-03-01T12:00:00Z",
    "9999-12-31T23:59:59.999999-12:00",
    "0001-01-01T00:00:00%2B14:00",
    quote("\u202e\u0000\ufeff"),
    quote("😀" * 500),
    "%0d%0aSet-Cookie:a=b",
    "null",
    "true",
    "None",
    "[]",
    "",
    "%20",
    quote("a\nb"),
    LONG,
]

ADDRESSES = [
    # Parameters that all lists have.
    "/api/v1/units?page_size=%00",
    f"/api/v1/units?page_size={HUGE}",
    "/api/v1/units?page_size=-1",
    "/api/v1/units?page_size=NaN",
    f"/api/v1/units?ordering={quote(INJECTION)}",
    "/api/v1/units?ordering=slug%00",
    f"/api/v1/units?ordering={LONG}",
    "/api/v1/units?ordering=" + ",".join(["slug"] * 500),
    f"/api/v1/units?cursor={LONG}",
    "/api/v1/units?cursor=%00",
    f"/api/v1/units?cursor={SURROGATE}",
    f"/api/v1/units?cursor={NOT_UTF8}",
    "/api/v1/units?cursor=.eJw:x:y",
    f"/api/v1/units?as_of={HUGE}",
    "/api/v1/units?as_of=-1",
    "/api/v1/units?as_of=%00",
    "/api/v1/units?as_of=NaN",
    f"/api/v1/units?as_of={quote('١')}",
    "/api/v1/units?as_of=2026-02-30",
    "/api/v1/units?as_of=0001-01-01T00:00:00%2B14:00",
    "/api/v1/units?as_of=9999-12-31T23:59:59.999999-14:00",
    "/api/v1/units?as_of=9999-12-31",
    f"/api/v1/units?as_of={quote(INJECTION)}",
    f"/api/v1/units?as_of={SURROGATE}",
    f"/api/v1/units?as_of={LONG}",
    # Names of parameters.
    "/api/v1/units?%00=1",
    f"/api/v1/units?{SURROGATE}=1",
    f"/api/v1/units?{NOT_UTF8}=1",
    f"/api/v1/units?{LONG}=1",
    "/api/v1/units?slug__regex=(a%2B)%2B%24",
    "/api/v1/units?slug__in__in=a",
    "/api/v1/units?__class__=1",
    "/api/v1/units?id=1",
    "/api/v1/units?=",
    "/api/v1/units?&&&",
    "/api/v1/units?slug",
    "/api/v1/units?" + "&".join(f"p{number}=1" for number in range(900)),
    "/api/v1/units?" + "&".join(f"p{number}=1" for number in range(1100)),
    "/api/v1/units?slug=a&slug=b",
    "/api/v1/observations?unit__quantity=mass",
    # Lists of values.
    "/api/v1/units?slug__in=" + ",".join(["a"] * 5000),
    "/api/v1/units?slug__in=,,,",
    "/api/v1/observations?id__in=" + ",".join([UUID] * 300),
    f"/api/v1/observations?id__in={UUID},%00",
    "/api/v1/observations?value=1,2",
    "/api/v1/observations?value__gte=" + "1" * 41,
    "/api/v1/observations?value__gte=" + "1" * 40 + "." + "1" * 20,
    f"/api/v1/segments?start__gte={2**31}",
    f"/api/v1/segments?start={2**63}",
    f"/api/v1/segments?start__lte=-{2**63}",
    f"/api/v1/revisions?number={2**63 - 1}",
    "/api/v1/revisions?recorded_at__gte=0001-01-01T00:00:00%2B14:00",
    "/api/v1/revisions?recorded_at__lte=9999-12-31T23:59:59-14:00",
    # The feed and the proof.
    "/api/v1/changes?after=%00",
    f"/api/v1/changes?after={SURROGATE}",
    f"/api/v1/changes?after={NOT_UTF8}",
    f"/api/v1/changes?after={LONG}",
    f"/api/v1/changes?after={UUID}.{HUGE}.{'0' * 64}",
    f"/api/v1/changes?after={UUID}.{2**63 - 1}.{'0' * 64}",
    f"/api/v1/changes?wait={HUGE}",
    f"/api/v1/changes?wait={quote('١')}",
    f"/api/v1/changes?resource={quote(INJECTION)}",
    "/api/v1/changes?resource__in=" + ",".join(["units"] * 5000),
    f"/api/v1/changes?change_class={SURROGATE}",
    f"/api/v1/changes/{UUID}",
    f"/api/v1/ledger/proof?after={quote(INJECTION)}",
    f"/api/v1/ledger/proof?page_size={HUGE}",
    "/api/v1/ledger/%00",
    # Paths.
    "/api/v1/units/%00",
    f"/api/v1/units/{SURROGATE}",
    f"/api/v1/units/{NOT_UTF8}",
    f"/api/v1/units/{LONG}",
    f"/api/v1/units/{quote(INJECTION)}",
    "/api/v1/units/..%2F..%2Fetc%2Fpasswd",
    "/api/v1/units/../units",
    "/api/v1/units/percent.json",
    "/api/v1/units//",
    "/api/v1//units",
    "/api/v1/units/percent/extra",
    "/api/v1/units.json",
    "/api/v1/no-such-resource",
    "/api/v1/%00",
    "/api/v2/units",
    "/api/v1/observations/%00",
    "/api/v1/observations/1",
    f"/api/v1/observations/{UUID}%00",
    f"/api/v1/observations/{{{UUID}}}",
    f"/api/v1/observations/urn:uuid:{UUID}",
    f"/api/v1/observations/{UUID.upper()}",
    "/api/v1/observations/NaN",
    f"/api/v1/revisions/{HUGE}",
    "/api/v1/revisions/-1",
    "/api/v1/revisions/0",
    "/api/v1/revisions/1e3",
    "/api/v1/revisions/NaN",
    f"/api/v1/revisions/{2**63}",
    f"/api/v1/revisions/{quote('١')}",
    "/api/v1/revisions/%00",
    "/api/v1/document-versions/" + "a" * 64,
    "/api/v1/document-versions/" + "A" * 65,
    "/%00",
    f"/{SURROGATE}",
    "/..%2f..%2fetc/passwd",
    "/",
]


def check(api: Client, address: str) -> None:
    """The answer is a success, or a refusal as a problem document; and the service still answers."""
    answer = api.get(address)

    assert answer.status_code < 500, address[:200]
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json", address[:200]
        assert answer.json()["status"] == answer.status_code
        assert len(answer.content) < 100_000


@pytest.mark.parametrize("address", ADDRESSES, ids=[address[:70] for address in ADDRESSES])
def test_hostile_address_is_answered_or_refused(api: ContractClient, dataset: None, address: str) -> None:
    check(api, address)


def every_filter() -> list[tuple[str, str, Filter]]:
    """(resource, parameter, filter) of every filter there is."""
    return [
        (resource, name, found)
        for resource, view in RESOURCES.items()
        for name, found in view.filterset.base_filters.items()
    ]


def test_hostile_value_of_every_kind_of_filter_is_answered_or_refused(client: Client, dataset: None) -> None:
    """One filter of each type and lookup stands for all of them."""
    standing_for = {
        (type(found).__name__, found.lookup_expr): (resource, name) for resource, name, found in every_filter()
    }
    assert len(standing_for) > 15
    for resource, name in standing_for.values():
        for value in EVERYWHERE:
            check(client, f"/api/v1/{resource}?page_size=1&{name}={value}")


def test_every_filter_takes_what_no_text_may_hold(client: Client, dataset: None) -> None:
    values = ["%00", SURROGATE, quote(INJECTION), "%E0%A4%A"]
    for number, (resource, name, _) in enumerate(every_filter()):
        check(client, f"/api/v1/{resource}?page_size=1&{name}={values[number % len(values)]}")


def test_hostile_name_of_a_row_is_answered_or_refused(client: Client, dataset: None) -> None:
    for number, resource in enumerate(RESOURCES):
        for value in EVERYWHERE:
            check(client, f"/api/v1/{resource}/{value}{'?as_of=1' if number % 2 else ''}")


@pytest.mark.parametrize("address", ["revisions?as_of=1", "diff?from=1"])
def test_hostile_name_of_a_record_has_no_history(client: Client, dataset: None, address: str) -> None:
    for resource in ("units", "document-versions", "observations"):
        for value in EVERYWHERE:
            check(client, f"/api/v1/{resource}/{value}/{address}")


@pytest.mark.parametrize("query", ["diff?from={}", "diff?from=1&to={}", "revisions?page_size={}", "revisions?as_of={}"])
def test_hostile_question_of_a_history_is_answered_or_refused(client: Client, dataset: None, query: str) -> None:
    for value in EVERYWHERE:
        check(client, f"/api/v1/units/percent/{query.format(value)}")


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "text/html"},
        {"accept": "\x00"},
        {"accept": "*/*;q=x"},
        {"accept": "application/json;" * 500},
        {"if-none-match": '"' * 1000},
        {"if-none-match": "*"},
        {"if-none-match": "W/"},
        {"if-modified-since": "yesterday"},
        {"accept-language": "x" * 5000},
        {"content-type": "application/json; charset=no-such"},
        {"content-type": "multipart/form-data"},
        {"authorization": "Token \x00"},
        {"cookie": "sessionid=\x00"},
        {"range": "bytes=0-1"},
        {"x-http-method-override": "DELETE"},
    ],
    ids="-".join,
)
def test_hostile_header_is_answered_or_refused(api: ContractClient, dataset: None, headers: dict[str, str]) -> None:
    answer = api.get("/api/v1/units", headers=headers)

    assert answer.status_code in {200, 304, 400, 401, 406}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_method_that_would_write_is_refused(api: ContractClient, dataset: None, method: str) -> None:
    for address in ("/api/v1/revisions", "/api/v1/redactions", "/api/v1/ledger", "/api/v1/units/percent/revisions"):
        answer = getattr(api, method)(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
