"""`make fuzz`: schemathesis asks the running service everything that its OpenAPI document allows, and forbids.

The service runs as in production (granian, the application's role) on a throw-away Postgres with the bundled facts,
and is asked with a token that may do everything. What is checked, and how, stands in schemathesis.toml; nothing is
skipped there, and no failure is accepted.
"""

import argparse
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from greenapi import embedded, processes, serving

ROOT = Path(__file__).resolve().parents[2]
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
MANAGE = (sys.executable, "manage.py")
# What is asked where time is short: some resources, which stand for all, whose views are made of the same parts.
BOUNDED = ("--include-path-regex", "^/api/v1/(units|changes|speakers)", "--max-examples", "5")


def main() -> int:
    """Runs schemathesis with what the arguments say; its exit code, which is 0 when nothing failed."""
    options, theirs = _options()
    stopping = processes.StopRequest()
    stopping.listen()
    try:
        with service() as served:
            asked = BOUNDED if options.bounded else ("--max-examples", str(options.examples))
            return _ask(served, *asked, *theirs)
    except (embedded.EmbeddedError, serving.ServingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except processes.Stopped:
        return 130


def _options() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="python -m tests.contract.fuzzing", description=__doc__.split("\n\n")[0])
    parser.add_argument("--examples", type=int, default=100, help="requests of each operation and phase, at most")
    parser.add_argument("--bounded", action="store_true", help="some resources, a few requests of each kind")
    return parser.parse_known_args()


@dataclass(frozen=True, kw_only=True)
class Service:
    """Where the service answers, and a token for it."""

    address: str
    token: str


@contextmanager
def service() -> Iterator[Service]:
    """The service on a database of its own with the bundled facts, until the end of the block."""
    with embedded.temporary_postgres() as database:
        _manage("migrate", "--verbosity=0", url=database.owner_url)
        _manage("load_dataset", "--verbosity=0", url=database.url)
        _manage("createsuperuser", "--noinput", "--username=fuzzer", "--email=fuzzer@localhost", url=database.url)
        token = _manage("token", "make", "fuzzer", "--name=fuzzing", "--scope=admin", url=database.url)
        # However often schemathesis asks, and however many mistakes it is told of, nothing is to be said about it.
        env = {"RATE_LIMIT_ANONYMOUS": "0", "RATE_LIMIT_TOKEN": "0", "LOG_LEVEL": "ERROR", "DB_POOL_SIZE": "4"}
        env |= {"DATABASE_URL": database.url, "SECRET_KEY": "of the fuzzing"}
        with serving.reserved_port(8400) as port:
            server = serving.start(port=port, folder=ROOT, env=env)
            try:
                serving.wait_until_ready(server, port=port)
                yield Service(address=f"http://{serving.HOST}:{port}", token=token)
            finally:
                processes.stop(server, politely=serving.POLITELY)


def _manage(*command: str, url: str) -> str:
    """What a command prints, run on the database at `url`."""
    env = {name: value for name, value in os.environ.items() if name != "OWNER_DATABASE_URL"}
    env |= {"DATABASE_URL": url, "DJANGO_SUPERUSER_PASSWORD": secrets.token_urlsafe()}
    done = subprocess.run([*MANAGE, *command], cwd=ROOT, env=env, check=True, text=True, stdout=subprocess.PIPE)
    return done.stdout.strip()


def _ask(served: Service, *arguments: str) -> int:
    command: list[str | Path] = [
        *(SCHEMATHESIS, "--config-file", ROOT / "schemathesis.toml", "run", f"{served.address}/api/v1/schema"),
        *arguments,
    ]
    env = {**os.environ, "NO_PROXY": "*", "GREENAPI_TOKEN": served.token, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
