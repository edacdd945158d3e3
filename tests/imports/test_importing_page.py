"""The commands of docs/importing.md, run as they stand there, against the service and a worker."""

import os
import re
import subprocess
from pathlib import Path

from greenapi.access.scopes import Scope
from greenapi.imports.models import Import
from indicators.models import Topic, Unit
from tests.demo_process import ROOT
from tests.factories.tokens import issued
from tests.server_process import server

from .worker_process import wait_until, worker


def test_commands_of_the_page_work(dataset_db: None, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    script = "set -e\n" + "".join(re.sub(r"^\$ ", "", block, flags=re.MULTILINE) for block in blocks)
    script = script.replace("curl ", "curl --silent --show-error --fail ")
    token = str(issued(Scope.PROPOSE).secret)
    with server() as serving, worker():
        env = {**os.environ, "API": f"http://127.0.0.1:{serving.port}/api/v1", "TOKEN": token}
        done = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        wait_until(lambda: not Import.objects.exclude(state="done").exists())

    counts = list(Import.objects.order_by("created_at").values_list("added", "unchanged", "refused"))
    assert counts == [(2, 0, 0), (0, 2, 0), (2, 0, 0)]
    assert Unit.objects.filter(slug__in=["gigawatt", "terawatt"]).count() == 2
    assert Topic.objects.get(slug="quiet-ferries").parent == Topic.objects.get(slug="ferries")
