"""The README's examples run as they are printed, against the real application, and print what it says."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from greenapi.urls import RESOURCES

from .wsgi_adapter import WSGIAdapter

README = Path(__file__).parents[2] / "client" / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str | None]]:
    """Each Python block with the text block that follows it directly, if any."""
    text = README.read_text(encoding="utf-8")
    found = list(BLOCK.finditer(text))
    for block, following in zip(found, [*found[1:], None], strict=True):
        if block[1] == "python":
            directly = following and following[1] == "text" and not text[block.end() : following.start()].strip()
            yield block[2], following[2] if following and directly else None


@pytest.fixture
def sessions(adapter: WSGIAdapter, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every session that a block opens reaches the real application at the README's address."""
    opened: list[requests.Session] = []
    original: Callable[[], requests.Session] = requests.Session

    def session() -> requests.Session:
        made = original()
        made.mount("http://127.0.0.1:8000", adapter)
        opened.append(made)
        return made

    monkeypatch.setattr(requests, "Session", session)
    yield
    for made in opened:
        made.close()


@pytest.mark.usefixtures("dataset", "sessions")
def test_readme_examples_do_what_they_say(capsys: pytest.CaptureFixture[str], adapter: WSGIAdapter) -> None:
    names: dict[str, Any] = {}
    printed = 0
    for code, output in blocks():
        exec(compile(code, str(README), "exec"), names)
        shown = capsys.readouterr().out
        if output is not None:
            assert shown == output
            printed += 1

    assert printed == README.read_text(encoding="utf-8").count("```text") > 0
    assert adapter.asked


def test_readme_names_every_resource() -> None:
    text = README.read_text(encoding="utf-8")

    assert [name for name in RESOURCES if f"`{name.replace('-', '_')}`" not in text] == []
