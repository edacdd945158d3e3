"""`manage.py contract` tells what breaks clients of an older document, and keeps the released one."""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from greenapi.management.commands import contract

from .client import DOCUMENT, committed


def run(**options: Any) -> str:
    said = io.StringIO()
    call_command("contract", stdout=said, **options)
    return said.getvalue()


def with_one_more(path: Path) -> Path:
    """Today's document with an address that the service does not have."""
    paths = {**committed()["paths"], "/api/v1/lanterns": committed()["paths"]["/api/v1"]}
    path.write_text(yaml.dump({**committed(), "paths": paths}, Dumper=yaml.CSafeDumper), encoding="utf-8")
    return path


def test_todays_document_breaks_no_client_of_itself(tmp_path: Path) -> None:
    older = tmp_path / "v1.yaml"
    older.write_bytes(DOCUMENT.read_bytes())

    assert run(against=older) == "openapi.yaml breaks no client of v1.yaml.\n"


def test_what_an_older_document_has_more_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"in 1 places:\nGET /api/v1/lanterns: was removed$"):
        run(against=with_one_more(tmp_path / "v1.yaml"))


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        run(against=tmp_path / "nothing.yaml")


def test_release_keeps_the_document_for_the_next_to_be_held_against(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "RELEASED", tmp_path / "released")
    kept = tmp_path / "released" / "v1.yaml"

    assert "no client" not in run(release=True)
    assert kept.read_bytes() == DOCUMENT.read_bytes()

    with_one_more(kept)
    with pytest.raises(CommandError, match="lanterns"):
        run(release=True)
    assert "lanterns" in kept.read_text(encoding="utf-8")
