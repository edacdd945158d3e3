"""Every example of docs/writing.md is sent as it stands, in order, and answered with the status that it names."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from greenapi.access.roles import Role
from greenapi.access.scopes import Scope
from tests.contract.client import ContractClient
from tests.factories.tokens import issued, user

PAGE = Path(__file__).parent.parent / "docs" / "writing.md"
# Commands of the page, each ended by the status that it is answered with.
COMMANDS = re.findall(
    r"^(curl .*?)  # (\d{3})$",
    "\n".join(re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)),
    re.MULTILINE | re.DOTALL,
)


def sent(api: ContractClient, command: str, *, variables: dict[str, str]) -> Any:
    """Sends what a curl command would."""
    method, headers, body, url = "get", {}, b"", ""
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    for word in words:
        match word:
            case "-X":
                method = next(words).lower()
            case "-H":
                name, _, value = _filled(next(words), variables).partition(": ")
                headers[name] = value
            case "-d" | "--data-binary":
                body = next(words).encode()
            case _:
                url = _filled(word, variables)
    kind = headers.pop("Content-Type", "application/json")
    if "If-Match" in headers:
        seen = api.get(_record(url), headers={"Authorization": headers["Authorization"]})
        assert seen.status_code == 200, (command, seen.content)
        headers["If-Match"] = seen.headers["ETag"]
    return getattr(api, method)(url, data=body, content_type=kind, headers=headers)


def _filled(word: str, variables: dict[str, str]) -> str:
    return re.sub(r"\$(\w+)", lambda found: variables[found[1]], word)


def _record(url: str) -> str:
    """The path of the record whose ETag is meant."""
    return "/".join(url.partition("?")[0].split("/")[:5])


@pytest.mark.django_db
def test_examples_work(api: ContractClient, dataset: None) -> None:
    tokens = {
        name: str(issued(scope, of=user(Role.ADMINISTRATOR)).secret)
        for name, scope in (("TOKEN", Scope.PROPOSE), ("REVIEWER", Scope.REVIEW))
    }
    variables = {"API": "/api/v1", "ETAG": "", **tokens}

    answers = [(command, sent(api, command, variables=variables).status_code) for command, _ in COMMANDS]

    assert len(COMMANDS) == 10
    assert answers == [(command, int(status)) for command, status in COMMANDS]
