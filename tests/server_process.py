"""The service as its users meet it: granian as a process, on the database of the test that asks for it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import connection

from greenapi import processes, serving
from tests.demo_process import ROOT, free_port


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that answers on `port` of this machine."""

    process: subprocess.Popen[bytes]
    port: int


@contextmanager
def server(*, pool: int = 8) -> Iterator[Server]:
    """Starts the service on the present test's database, with `pool` threads; stops it at the end of the block."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    env = {
        "DATABASE_URL": database.geturl(),
        "SECRET_KEY": "of the tests",
        "DB_POOL_SIZE": str(pool),
        "PGAPPNAME": "greenapi answering",
    }
    port = free_port()
    process = serving.start(port=port, folder=ROOT, env=env)
    try:
        serving.wait_until_ready(process, port=port)
        yield Server(process=process, port=port)
    finally:
        processes.stop(process, politely=serving.POLITELY)
