"""The ASGI application that the server runs: Django by WSGI in a few threads, and the feed's waiting in front of it.

A process answers with as many threads as its pool has connections (`DB_POOL_SIZE`). From the first request that waits
it holds one connection more, on which it listens for new revisions.
"""

from typing import Any

import psycopg
from django.db import connection
from psycopg.rows import TupleRow

from greenapi.bridge import Bridge, Receive, Scope, Send
from greenapi.ledger.listening import Listener
from greenapi.wsgi import application as django

from greenapi.waiting import Waiting  # isort: skip  # needs Django's apps, which greenapi.wsgi has set up

CONNECT_TIMEOUT_SECONDS = 5
FOR_BLOCKING_ONES = {"context", "cursor_factory"}

threads: int = connection.settings_dict["OPTIONS"]["pool"]["max_size"]


async def connect() -> psycopg.AsyncConnection[TupleRow]:
    """A connection of its own to Django's database."""
    parameters: dict[str, Any] = {
        name: value for name, value in connection.get_connection_params().items() if name not in FOR_BLOCKING_ONES
    }
    return await psycopg.AsyncConnection.connect(
        **{
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            **parameters,
            "autocommit": True,
            "application_name": "greenapi listening",
        }
    )


waiting = Waiting(Bridge(django, threads=threads), listener=Listener(connect), at_once=max(1, threads // 2))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers what the server asks: HTTP requests and its own beginning and end; web sockets are refused."""
    match scope["type"]:
        case "http":
            await waiting(scope, receive, send)
        case "lifespan":
            await waiting.live(receive, send)
        case _:
            await send({"type": "websocket.close"})
