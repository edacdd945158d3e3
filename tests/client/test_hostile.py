"""A server, or something before it, that does what it should not: clear errors, and the token stays at home."""

from pathlib import Path

import pytest
import requests

from greenapi_client import GreenAPI, errors

from .hostile import UNIT, Hostile, answer, page, problem

HTML = b"<html><title>502</title>\n<h1>Bad gateway</h1></html>"


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found", "500 Oops", "502 Bad Gateway"])
def test_a_page_of_a_proxy_is_named_as_such(wary: GreenAPI, hostile: Hostile, status: str) -> None:
    hostile.answers = [answer(HTML, status=status, kind="text/html; charset=utf-8")]

    with pytest.raises(errors.DecodingError) as caught:
        wary.units.get("percent")

    assert str(caught.value) == (
        f"{hostile.url}/api/v1/units/percent answered {status[:3]} with text/html, which is no answer of greenapi."
        " Is the base URL right, or does a proxy answer?"
        " It begins: '<html><title>502</title> <h1>Bad gateway</h1></html>'"
    )


@pytest.mark.parametrize("status", ["201 Created", "204 No Content", "304 Not Modified", "418 Teapot"])
def test_a_status_that_greenapi_does_not_answer_is_an_error(wary: GreenAPI, hostile: Hostile, status: str) -> None:
    hostile.answers = [answer(UNIT, status=status)]

    with pytest.raises(errors.DecodingError):
        wary.units.get("percent")


def test_a_problem_that_is_no_problem_document_is_an_error(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [answer({"error": "?"}, status="400 Bad Request", kind="application/problem+json")]

    with pytest.raises(errors.DecodingError, match="Problem has no field type"):
        wary.units.get("percent")


def test_a_problem_of_a_new_type_is_a_problem_answer(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [problem("/problems/new", status="418 Teapot")]

    with pytest.raises(errors.ProblemAnswer) as caught:
        wary.units.get("percent")

    assert type(caught.value) is errors.ProblemAnswer
    assert caught.value.problem.type == "/problems/new"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(wary: GreenAPI, hostile: Hostile, elsewhere: Hostile, status: str) -> None:
    hostile.answers = [answer(b"", status=status, Location=f"{elsewhere.url}/api/v1/units/percent")]

    with pytest.raises(errors.UnexpectedRedirect, match=elsewhere.url):
        wary.units.get("percent")

    assert elsewhere.asked == []
    assert len(hostile.asked) == 1


@pytest.mark.parametrize("link", ["{other}/api/v1/units?cursor=a%2Bb", "//other.example/api/v1/units?cursor=a%2Bb"])
def test_next_never_leads_to_another_host(wary: GreenAPI, hostile: Hostile, elsewhere: Hostile, link: str) -> None:
    hostile.answers = [page(UNIT, next=link.format(other=elsewhere.url)), page(UNIT)]

    assert len(list(wary.units.list(page_size=1))) == 2

    assert hostile.paths == ["/api/v1/units?page_size=1", "/api/v1/units?cursor=a%2Bb"]
    assert elsewhere.asked == []


@pytest.mark.parametrize("link", ["/elsewhere?cursor=a", "/api/v1/speakers?cursor=a", "", "http://[", "?cursor=a"])
def test_next_leads_to_the_same_listing(wary: GreenAPI, hostile: Hostile, link: str) -> None:
    hostile.answers = [page(UNIT, next=link)]

    with pytest.raises(errors.DecodingError, match="/units: the next page is at"):
        list(wary.units.list())

    assert len(hostile.asked) == 1


def test_next_that_names_its_own_page_ends_in_an_error(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [page(UNIT, next="/api/v1/units?cursor=a")]

    with pytest.raises(errors.DecodingError, match="names itself"):
        list(wary.units.list())

    assert len(hostile.asked) == 2


def test_pages_of_other_revisions_are_refused(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [page(UNIT, next="/api/v1/units?cursor=a"), page(UNIT, revision=6)]
    units = iter(wary.units.list())

    assert next(units).slug == "percent"
    with pytest.raises(errors.WrongRevision, match="revision 6 follows one of 5"):
        next(units)


@pytest.mark.parametrize("echo", ["4", "6", "", "05", "newest"])
def test_a_wrong_echo_of_the_revision_is_refused(wary: GreenAPI, hostile: Hostile, echo: str) -> None:
    hostile.answers = [answer(UNIT, Revision=echo)]

    with pytest.raises(errors.WrongRevision, match="asked for revision 5"):
        wary.at(5).units.get("percent")
    with pytest.raises(errors.WrongRevision, match="asked for revision 5"):
        wary.at("5").units.list().first()


def test_a_page_that_contradicts_its_header_is_refused(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [page(UNIT, revision=6).replace(b"Revision: 6", b"Revision: 5")]

    with pytest.raises(errors.WrongRevision, match="body is of revision 6, its header 5"):
        wary.at(5).units.list().first()


def test_a_cut_body_is_asked_for_again(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [answer(b'{"slug": "perc', length=500), answer(UNIT)]

    assert wary.units.get("percent").slug == "percent"
    assert len(hostile.asked) == 2


@pytest.mark.parametrize(
    "cut",
    [
        answer(b'{"slug": "perc', length=500),
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"",
    ],
)
def test_a_body_that_stays_cut_is_a_transport_error(wary: GreenAPI, hostile: Hostile, cut: bytes) -> None:
    hostile.answers = [cut]

    with pytest.raises(errors.TransportError) as caught:
        wary.units.get("percent")

    assert isinstance(caught.value.__cause__, requests.RequestException)
    assert len(hostile.asked) == 3


def test_a_body_that_cannot_be_unpacked_is_a_transport_error(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [answer(b"no gzip", Content_Encoding="gzip")]

    with pytest.raises(errors.TransportError):
        wary.units.get("percent")


def test_json_that_is_cut_is_a_decoding_error(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [answer(b'{"slug": "perc')]

    with pytest.raises(errors.DecodingError, match="not JSON, or is cut"):
        wary.units.get("percent")


@pytest.mark.parametrize("sent", [b"", answer(b'{"slug": "perc', length=500)])
def test_silence_is_timed_out(hostile: Hostile, sent: bytes) -> None:
    hostile.answers = [sent]
    hostile.closing.clear()

    with GreenAPI(hostile.url, timeout=0.1) as client, pytest.raises(errors.TimedOut, match=r"within 0\.1 s"):
        client.units.get("percent")

    assert len(hostile.asked) == 1
    assert issubclass(errors.TimedOut, TimeoutError)


def test_nobody_there_is_a_transport_error() -> None:
    with GreenAPI("http://127.0.0.1:1") as client, pytest.raises(errors.TransportError, match=r"127\.0\.0\.1"):
        client.units.get("percent")


@pytest.mark.parametrize(
    ("type_", "status"),
    [("/problems/busy", "503 Busy"), ("/problems/too-many-requests", "429 Too Many Requests")],
)
def test_a_service_with_too_much_to_do_is_asked_again_when_it_says(
    wary: GreenAPI, hostile: Hostile, type_: str, status: str
) -> None:
    hostile.answers = [problem(type_, status=status, Retry_After="0"), answer(UNIT)]

    assert wary.units.get("percent").slug == "percent"
    assert len(hostile.asked) == 2


@pytest.mark.parametrize(
    ("header", "seconds", "asked"),
    [
        ("0", 0.0, 3),
        ("Thu, 01 Jan 2015 00:00:00 GMT", 0.0, 3),
        ("3600", 3600.0, 1),
        ("soon", None, 1),
        ("-1", None, 1),
    ],
)
def test_a_service_that_stays_busy_says_when_to_come_back(
    wary: GreenAPI, hostile: Hostile, header: str, seconds: float | None, asked: int
) -> None:
    hostile.answers = [problem("/problems/busy", status="503 Busy", Retry_After=header)]

    with pytest.raises(errors.Busy) as caught:
        wary.units.get("percent")

    assert caught.value.retry_after == seconds
    assert len(hostile.asked) == asked


def test_the_token_goes_to_the_service_only(
    wary: GreenAPI, hostile: Hostile, elsewhere: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    hostile.answers = [page(UNIT, next=f"{elsewhere.url}/api/v1/units?cursor=a"), page(UNIT)]

    list(wary.units.list())

    assert [headers["authorization"] for _, headers in hostile.asked] == ["Bearer secret-token"] * 2
    assert elsewhere.asked == []


def test_the_token_is_not_shown(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [answer(HTML, kind="text/html")]

    with pytest.raises(errors.DecodingError) as caught:
        wary.units.get("percent")

    assert "secret-token" not in f"{wary!r} {wary.at(5)!r} {wary.units!r} {caught.value!r}"


def test_the_client_says_who_it_is(wary: GreenAPI, hostile: Hostile) -> None:
    hostile.answers = [answer(UNIT)]

    wary.units.get("percent")

    (_, headers) = hostile.asked[0]
    assert headers["user-agent"].startswith("greenapi-client/0.1.0 python-requests/")
    assert headers["accept"] == "application/json"
