"""The client and its README satisfy the strictest type checks, for the oldest Python it runs on."""

import os
import subprocess
import sys
from pathlib import Path

from .test_readme import blocks

SOURCE = Path(__file__).parents[2] / "client" / "src"


def test_client_and_readme_are_typed(tmp_path: Path) -> None:
    readme = tmp_path / "readme.py"
    readme.write_text("\n".join(code for code, _ in blocks()), encoding="utf-8")
    options = ["--strict", "--python-version=3.10", "--config-file=", f"--cache-dir={tmp_path / 'cache'}"]

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(SOURCE), str(readme)],
        env={**os.environ, "MYPYPATH": str(SOURCE)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.stdout.startswith("Success: no issues found"), checked.stdout + checked.stderr
