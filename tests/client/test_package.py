"""The distribution stands alone: what its wheel holds, what it brings along, and that it works without Django."""

import json
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

from .hostile import UNIT, Hostile, answer

CLIENT = Path(__file__).parents[2] / "client"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def test_wheel_holds_the_client_and_its_types(client_wheel: Path) -> None:
    source = CLIENT / "src"
    expected = {str(file.relative_to(source)) for file in (source / "greenapi_client").rglob("*.py")}

    with zipfile.ZipFile(client_wheel) as archive:
        files = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata_name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(metadata_name).decode())

    assert files == expected | {"greenapi_client/py.typed"}
    assert metadata["Name"] == "greenapi-client"
    assert metadata["Requires-Python"] == ">=3.10"
    assert [need.partition(">")[0] for need in metadata.get_all("Requires-Dist", [])] == ["requests"]


def test_only_requests_comes_along(client_python: Path) -> None:
    listed = subprocess.run(
        [*PIP, "--python", str(client_python), "list", "--format=json"], check=True, capture_output=True, text=True
    )

    names = {package["name"].lower() for package in json.loads(listed.stdout)}
    assert names == {"greenapi-client", "requests", "certifi", "charset-normalizer", "idna", "urllib3"}


def test_it_reads_without_django(client_python: Path, hostile: Hostile) -> None:
    hostile.answers = [answer(UNIT)]
    program = (
        "import sys, importlib.util\n"
        "from greenapi_client import GreenAPI\n"
        "assert importlib.util.find_spec('django') is None and 'pandas' not in sys.modules\n"
        f"with GreenAPI({hostile.url!r}) as api: print(api.units.get('percent').name)\n"
    )

    ran = subprocess.run([str(client_python), "-I", "-c", program], check=True, capture_output=True, text=True)

    assert (ran.stdout, ran.stderr) == ("percent\n", "")
