"""A client that openapi-python-client makes of the document reads and writes the running service."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from greenapi.access.scopes import Scope
from tests.factories.tokens import issued
from tests.server_process import Server

from .client import DOCUMENT

PACKAGE = "client_nobody_wrote"
COMMAND = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
NO_HOOKS = "post_hooks: []\n"


class Generated:
    """The generated package: its modules, and its client of a server."""

    def __init__(self, *, port: int, token: str) -> None:
        found = importlib.import_module(f"{PACKAGE}.client")
        self.client = found.AuthenticatedClient(base_url=f"http://127.0.0.1:{port}", token=token)
        self.models: Any = importlib.import_module(f"{PACKAGE}.models")

    def ask(self, operation: str, *path: Any, **given: Any) -> Any:
        """The answer to an operation, with its status, headers and what was parsed of the body."""
        tag = operation.rpartition("_")[0]
        module = importlib.import_module(f"{PACKAGE}.api.{tag}.{operation}")
        return module.sync_detailed(*path, client=self.client, **given)


@pytest.fixture(scope="module")
def generated(service: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    """The client, generated into a folder that is thrown away; a warning of the generator fails."""
    folder = tmp_path_factory.mktemp("generated")
    config = folder / "config.yaml"
    config.write_text(NO_HOOKS + Path(__file__).with_name("generator.yaml").read_text(encoding="utf-8"))
    target = folder / PACKAGE
    done = subprocess.run(
        [*COMMAND, "--path", str(DOCUMENT), "--output-path", str(target), "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "arning" in done.stdout + done.stderr) == (0, False), done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    made = Generated(port=service.port, token=str(issued(Scope.ADMIN).secret))
    with made.client:
        yield made
    sys.path.remove(str(folder))


def test_it_lists(generated: Generated) -> None:
    answer = generated.ask("units_list")

    assert (answer.status_code, answer.headers["API-Version"]) == (HTTPStatus.OK, "1"), answer.content
    assert isinstance(answer.parsed, generated.models.UnitPage)
    assert "percent" in [unit.slug for unit in answer.parsed.results]
    assert answer.parsed.next_ is None


def test_it_gets(generated: Generated) -> None:
    listed = generated.ask("observations_list", page_size=1).parsed
    (row,) = listed.results
    answer = generated.ask("observations_retrieve", row.id)

    assert isinstance(row.id, UUID)
    assert (answer.status_code, answer.parsed.id) == (HTTPStatus.OK, row.id)
    assert answer.parsed.value_printed == row.value_printed


def test_it_filters(generated: Generated) -> None:
    everything = generated.ask("observations_list").parsed.results
    some = generated.ask("observations_list", unit="percent", value_gte=10, ordering="-value").parsed.results

    assert 0 < len(some) < len(everything)
    assert {row.unit.slug for row in some} == {"percent"}
    assert [row.value for row in some] == sorted((row.value for row in some), reverse=True)
    assert min(row.value for row in some) >= 10


def test_it_pages(generated: Generated) -> None:
    first = generated.ask("commitments_list", page_size=5).parsed
    (cursor,) = parse_qs(urlsplit(first.next_).query)["cursor"]
    second = generated.ask("commitments_list", page_size=5, cursor=cursor).parsed

    assert len(first.results) == len(second.results) == 5
    assert {row.id for row in first.results}.isdisjoint(row.id for row in second.results)


def test_it_is_told_what_is_wrong(generated: Generated) -> None:
    answer = generated.ask("units_retrieve", "no-such-unit")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert isinstance(answer.parsed, generated.models.Problem)
    assert answer.parsed.type_ == "/problems/not-found"


def test_it_asks_what_it_holds_only_once(generated: Generated) -> None:
    first = generated.ask("units_retrieve", "percent")
    again = generated.ask("units_retrieve", "percent", if_none_match=first.headers["ETag"])

    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")


def test_it_writes(generated: Generated) -> None:
    models = generated.models
    unit = models.UnitInput(slug="lantern", name="lantern", quantity="light", reason="Somebody counts in it")

    made = generated.ask("units_create", body=unit, idempotency_key="of-the-lantern")
    again = generated.ask("units_create", body=unit, idempotency_key="of-the-lantern")
    assert (made.status_code, made.parsed.slug) == (HTTPStatus.CREATED, "lantern"), made.content
    assert (again.status_code, again.headers["Location"]) == (HTTPStatus.CREATED, "/api/v1/units/lantern")

    patch = models.UnitPatch(reason="It has a sign", symbol="ln")
    etag = generated.ask("units_retrieve", "lantern").headers["ETag"]
    changed = generated.ask("units_update", "lantern", body=patch, if_match=etag)
    stale = generated.ask("units_update", "lantern", body=patch, if_match=etag)
    assert (changed.status_code, changed.parsed.symbol) == (HTTPStatus.OK, "ln"), changed.content
    assert (stale.status_code, stale.headers["ETag"]) == (HTTPStatus.PRECONDITION_FAILED, changed.headers["ETag"])

    gone = generated.ask("units_withdraw", "lantern", if_match=changed.headers["ETag"], reason="Nobody does")
    assert gone.status_code == HTTPStatus.NO_CONTENT, gone.content
    assert generated.ask("units_retrieve", "lantern").status_code == HTTPStatus.NOT_FOUND
