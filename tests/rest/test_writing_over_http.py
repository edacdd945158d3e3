"""Writing through the real server, as the role that serves: bodies come in pieces, or break off."""

import hashlib
import socket

import requests

from greenapi.access.scopes import Scope
from greenapi.ledger.models import LedgerHead
from greenapi.rest import bodies
from tests.application import application_role
from tests.contract.client import ContractClient
from tests.factories.tokens import bearer
from tests.server_process import server

from .writes import REASON, Writer, change_of, example_of

TEXT = "\ufeffä\r\n" * (bodies.MAX_TEXT_BYTES // 7)


def test_bodies_arrive_whole_or_not_at_all(dataset_db: None) -> None:
    headers = bearer(Scope.REVIEW)
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    given = {"document": "fiction-2031-harbour-city-clean-ferries", "sha256": sha256, "length": len(TEXT)}
    with server() as running:
        base = f"http://127.0.0.1:{running.port}/api/v1"
        made = requests.post(f"{base}/document-versions", json={**given, "reason": REASON}, headers=headers, timeout=30)
        put = requests.put(
            f"{base}/document-versions/{sha256}/text",
            params={"reason": REASON},
            data=TEXT.encode(),
            headers=headers | {"If-Match": made.headers["ETag"], "Content-Type": "text/plain"},
            timeout=30,
        )
        chunked = requests.post(
            f"{base}/units",
            data=iter([b'{"slug": "kilolamp", "name": "kilo', 'lamp", "quantity": "lämps", "reason": "x"}'.encode()]),
            headers=headers | {"Content-Type": "application/json"},
            timeout=30,
        )
        endless = requests.post(
            f"{base}/units",
            data=iter([b" " * 2**20, b"{}"]),
            headers=headers | {"Content-Type": "application/json"},
            timeout=30,
        )
        number = LedgerHead.objects.get().number
        with socket.create_connection(("127.0.0.1", running.port)) as broken:
            head = f"POST /api/v1/units HTTP/1.1\r\nHost: localhost\r\nAuthorization: {headers['Authorization']}\r\n"
            broken.sendall(
                f"{head}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n".encode() + b'{"slug": "x"'
            )
        unit = requests.post(
            f"{base}/units", json={**example_of("units"), "reason": REASON}, headers=headers, timeout=30
        )

    assert (made.status_code, put.status_code, unit.status_code) == (201, 200, 201)
    assert put.json()["text"] == TEXT
    assert (chunked.status_code, chunked.json()["quantity"]) == (201, "lämps")
    assert endless.status_code == 411
    assert LedgerHead.objects.get().number == number + 1


def test_role_that_serves_may_write_everything(dataset_db: None) -> None:
    writer = Writer(ContractClient(), Scope.REVIEW)

    with application_role():
        for resource in ("indicators", "observations", "document-versions"):
            made = writer.post(f"/api/v1/{resource}", example_of(resource), **{"Idempotency-Key": resource})
            assert made.status_code == 201, made.content
            path = made.headers["Location"]
            assert writer.patch(path, change_of(resource)).status_code == 200
            assert writer.patch(f"{path}?dry_run=true", {}).status_code == 200
            assert writer.delete(path, **{"Idempotency-Key": f"{resource}-gone"}).status_code == 204
