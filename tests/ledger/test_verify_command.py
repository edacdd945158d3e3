"""`manage.py verify_ledger`: what it says of a whole ledger and of a broken one, and with which exit code."""

import io
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from greenapi.ledger.models import LedgerHead, Revision
from tests.factories import facts
from tests.factories.revisions import change

from .redacting import execute

ROOT = Path(__file__).parents[2]


@pytest.fixture
def three_revisions(ledger_db: None) -> None:
    for name in ("a", "b", "c"):
        with change():
            facts.unit(name=name)


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("verify_ledger", *words, stdout=out)
    return out.getvalue()


def forge(sql: str) -> None:
    """What the owner of the tables can do behind the guards' back."""
    execute(f"ALTER TABLE unit_version DISABLE TRIGGER USER; {sql}")


def kept(number: int) -> str:
    seal = Revision.objects.get(number=number).hash
    assert seal is not None
    return f"{number}:{bytes(seal).hex()}"


def test_whole_ledger_is_said_to_be_whole(three_revisions: None) -> None:
    lines = run().splitlines()

    assert lines[-1] == f"The ledger {LedgerHead.objects.get().ledger_id} is whole: 3 revisions."
    assert lines[:3] == ["revisions: ok", "rows of revisions: ok", "redactions: ok"]
    assert "unit: ok" in lines
    assert all(line.endswith(": ok") for line in lines[:-1])


def test_empty_ledger_is_whole(ledger_db: None) -> None:
    assert run().endswith("is whole: 0 revisions.\n")


def test_first_broken_revision_is_named_first(three_revisions: None) -> None:
    forge("UPDATE unit_version SET name = 'forged' WHERE rev_from IN (2, 3)")

    with pytest.raises(CommandError) as caught:
        run()

    lines = str(caught.value).splitlines()
    assert lines[0] == "The ledger is broken; first:"
    assert lines[1].startswith("revision 2: unit ")
    assert lines[1].endswith(" is not what it was sealed as")


def test_steps_say_which_is_broken(three_revisions: None) -> None:
    forge("UPDATE unit_version SET name = 'forged' WHERE rev_from = 2")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_ledger", stdout=out)

    assert "unit: broken" in out.getvalue().splitlines()
    assert "indicator: ok" in out.getvalue().splitlines()


def test_head_that_was_kept_is_held(three_revisions: None) -> None:
    early, late = kept(1), kept(3)
    with change():
        facts.unit()

    assert "is whole" in run("--kept", early)
    assert "is whole" in run("--kept", late)


def test_head_that_was_kept_is_missed(three_revisions: None) -> None:
    head = kept(3)
    wrong = head[:-1] + ("0" if head[-1] != "0" else "1")
    for given in (wrong, f"9:{head.partition(':')[2]}", f"2:{head.partition(':')[2]}"):
        with pytest.raises(CommandError, match="it is not the revision whose hash was kept"):
            run("--kept", given)


@pytest.mark.parametrize(
    "text", ["", "3", "3:", "3:abc", "x:" + "0" * 64, "-1:" + "0" * 64, "3:" + "g" * 64, "²:" + "0" * 64]
)
def test_what_is_no_head_is_refused(three_revisions: None, text: str) -> None:
    with pytest.raises(CommandError, match="hash"):
        run(f"--kept={text}")


def test_exit_code_tells_whole_from_broken(three_revisions: None) -> None:
    known = connection.get_connection_params()
    address = urlencode({"host": known.get("host", ""), "port": known.get("port", 5432)})
    env = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{known.get('user', '')}@/{known['dbname']}?{address}",
        "PGPASSWORD": known.get("password", ""),
    }

    def code() -> int:
        command = [sys.executable, "manage.py", "verify_ledger"]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False).returncode

    assert code() == 0
    forge("UPDATE unit_version SET name = 'forged'")
    assert code() == 1
