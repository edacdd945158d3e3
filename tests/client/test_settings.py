"""How a client is set up: address, token, session."""

import pytest
import requests

from greenapi_client import GreenAPI, errors

from .hostile import UNIT, Hostile, answer


def test_the_address_may_be_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENAPI_URL", "https://green.example/")

    with GreenAPI() as client:
        assert repr(client) == "<greenapi at https://green.example>"
        assert repr(client.at("2024-08-01")) == "<greenapi at https://green.example as of 2024-08-01>"


def test_an_address_is_needed() -> None:
    with pytest.raises(errors.ConfigurationError, match="GREENAPI_URL"):
        GreenAPI()


@pytest.mark.parametrize("ending", ["", "/", "/api/v1", "/api/v1/"])
def test_the_address_may_end_as_it_likes(hostile: Hostile, ending: str) -> None:
    hostile.answers = [answer(UNIT)]

    with GreenAPI(f"{hostile.url}/below{ending}") as client:
        client.units.get("percent")

    assert hostile.paths == ["/below/api/v1/units/percent"]


@pytest.mark.parametrize(
    "address",
    [
        "green.example",
        "ftp://green.example",
        "https://",
        "https://user:password@green.example",
        "https://green.example?x=1",
        "https://green.example#x",
        "https://green.example:port",
        "http://[",
    ],
)
def test_an_address_that_cannot_work_is_refused(address: str) -> None:
    with pytest.raises(errors.ConfigurationError):
        GreenAPI(address)


def test_a_token_needs_https_unless_the_service_is_here() -> None:
    with pytest.raises(errors.ConfigurationError, match="use https"):
        GreenAPI("http://green.example", token="secret-token")
    for address in ("https://green.example", "http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"):
        GreenAPI(address, token="secret-token").close()


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "schlüssel"])
def test_a_token_that_cannot_be_sent_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        GreenAPI("https://green.example", token=token)

    assert not token or token not in str(caught.value)


def test_a_session_given_stays_the_callers(hostile: Hostile) -> None:
    class Session(requests.Session):
        closed = False

        def close(self) -> None:
            super().close()
            self.closed = True

    hostile.answers = [answer(UNIT)]
    with Session() as session:
        session.headers["X-Team"] = "analysts"
        headers = dict(session.headers)
        with GreenAPI(hostile.url, token="secret-token", session=session) as client:
            client.units.get("percent")

        assert not session.closed
        assert dict(session.headers) == headers
        assert session.auth is None
    assert hostile.asked[0][1]["x-team"] == "analysts"
