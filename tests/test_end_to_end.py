"""From the demo's command to a user's program: the installed client reads facts, proofs and the past."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from greenapi import embedded
from indicators.dataset.reading import BUNDLED
from tests.demo_process import ROOT, SERVING, Demo, demo

pytestmark = pytest.mark.embedded

# Run by the Python that has the client and nothing else; prints one JSON object.
READ = """
import json, sys
from collections import Counter
from greenapi_client import GreenAPI

with GreenAPI(sys.argv[1]) as api:
    observations = list(api.observations.list(is_fiction=False))
    commitments = list(api.commitments.list(is_fiction=False, page_size=30))
    held = Counter(version.held for version in api.document_versions.list())
    proofs = Counter()
    for fact in [*observations, *commitments]:
        for cited in fact.citations:
            found = api.citations.get(cited.citation.id)
            if found.excerpt is None:
                proofs["not held"] += 1
                continue
            start = found.start - found.excerpt.start
            words = found.excerpt.text[start : start + found.end - found.start]
            proofs["agrees" if words == found.exact == cited.citation.exact else "differs"] += 1
print(json.dumps({
    "observations": len(observations),
    "commitments": len(commitments),
    "held": {str(key): count for key, count in held.items()},
    "proofs": proofs,
}))
"""

PAST = """
import json, sys
from greenapi_client import GreenAPI

with GreenAPI(sys.argv[1]) as api:
    [now] = api.observations.list(indicator="green-factories")
    newest = api.revisions.list(ordering="-number").first()
    before = api.at(newest.number - 1).observations.get(now.id)
    at_its_time = api.at(newest.recorded_at).observations.get(now.id)
print(json.dumps({
    "now": [now.value_printed, str(now.value), str(now.bounds)],
    "before": [before.value_printed, str(before.value), str(before.bounds)],
    "at its time": at_its_time == now,
    "revision": [newest.actor, newest.reason.partition(" (files ")[0], newest.change_class],
    "same citations": now.citations == before.citations,
}))
"""


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="greenapi-end-to-end-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        embedded.remove(folder)


def run(python: Path, program: str, running: Demo) -> dict[str, Any]:
    """The JSON object that a program prints, run with the demo's address."""
    found: dict[str, Any] = json.loads(_run(python, program, running.address))
    return found


def _run(python: Path, program: str, *arguments: str) -> str:
    environment = {**os.environ, "NO_PROXY": "*"}
    for name in ("PYTHONPATH", "GREENAPI_URL"):
        environment.pop(name, None)
    answer = subprocess.run(
        [str(python), "-I", "-c", program, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_client_reads_every_fact_and_proof_and_both_states_of_a_changed_one(
    var: Path, seeds: Path, client_python: Path, tmp_path: Path
) -> None:
    with demo(var, "--sources", str(seeds)) as running:
        running.wait_for(SERVING)

        read = run(client_python, READ, running)
        _correct_the_green_factories(var, tmp_path)
        past = run(client_python, PAST, running)

    assert (read["observations"], read["commitments"], read["held"]) == (17, 82, {"True": 6})
    assert read["proofs"].keys() == {"agrees"} and read["proofs"]["agrees"] >= 99
    assert past == {
        "now": ["2,784", "2784", "[2784, 2784]"],
        "before": ["2,783", "2783", "[2783, 2783]"],
        "at its time": True,
        "revision": ["ada", "Tried out a correction", "our_correction"],
        "same citations": True,
    }


def test_without_the_pages_the_same_facts_are_served_and_said_to_be_not_held(var: Path, client_python: Path) -> None:
    with demo(var) as running:
        running.wait_for(SERVING)

        read = run(client_python, READ, running)
        output = running.output

    assert (read["observations"], read["commitments"]) == (17, 82)
    # The invented briefing's text is our own, and bundled.
    assert read["held"] == {"True": 1, "False": 5}
    assert read["proofs"].keys() == {"not held"}
    assert "text held of 1 document, not held of 5" in output


def test_readme_examples_work(var: Path, client_python: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    asked = re.findall(r"^\$ curl 'http://127\.0\.0\.1:8000(/\S+)'$", readme, re.MULTILINE)
    [program] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)

    with demo(var) as running:
        running.wait_for(SERVING)
        answers = [json.load(urlopen(f"{running.address}{path}", timeout=10)) for path in asked]
        printed = _run(client_python, program.replace("http://127.0.0.1:8000", running.address))

    *lists, ledger = answers
    assert len(lists) == 7 and all(answer["results"] for answer in lists)
    assert ledger["number"] == lists[0]["revision"] and len(ledger["hash"]) == 64
    assert printed.splitlines() == ["15% [15, 15] 2024-07-24 from 15%", "over 50% (50, 100] 2024-07-24 over 50%", "50"]


def _correct_the_green_factories(var: Path, folder: Path) -> None:
    """Loads a copy of the dataset in which one number was changed, into the database of the running demo."""
    changed = folder / "files"
    shutil.copytree(BUNDLED, changed)
    file = changed / "scio-2023-02-03-green-development-white-paper" / "observations.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count('value_printed = "2,783"') == text.count("value = 2783") == 1
    file.write_text(
        text.replace('value_printed = "2,783"', 'value_printed = "2,784"').replace("value = 2783", "value = 2784"),
        encoding="utf-8",
    )
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    loaded = subprocess.run(
        [
            *(sys.executable, "manage.py", "load_dataset", "--dataset", str(changed), "--actor", "ada"),
            *("--reason", "Tried out a correction", "--change-class", "our_correction"),
        ],
        cwd=ROOT,
        env={**environment, "GREENAPI_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr
    assert "1 revision made" in loaded.stdout
