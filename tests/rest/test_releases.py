"""Releases: the whole public database as of a revision, as a data package."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from greenapi.ledger.models import Revision
from greenapi.urls import RESOURCES
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change


def release(api: ContractClient, number: int) -> bytes:
    """The archive of a revision."""
    answer: Any = api.get(f"/api/v1/releases/{number}")
    assert answer.status_code == 200, answer.content
    return b"".join(answer)


def newest() -> int:
    number: int = Revision.objects.order_by("number").last().number  # type: ignore[union-attr]
    return number


def opened(api: ContractClient, number: int) -> dict[str, bytes]:
    """The files of a release."""
    with zipfile.ZipFile(io.BytesIO(release(api, number))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def problems(folder: Path, files: dict[str, bytes]) -> list[Any]:
    """What frictionless finds wrong with a package."""
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    found: list[Any] = Package(str(folder / "datapackage.json")).validate().flatten(["type", "note"])
    return found


def test_release_is_a_valid_data_package(api: ContractClient, dataset: None, tmp_path: Path) -> None:
    files = opened(api, newest())
    package = json.loads(files["datapackage.json"])

    assert problems(tmp_path, files) == []
    assert [resource["name"] for resource in package["resources"]] == list(RESOURCES)
    assert set(files) == {
        "datapackage.json",
        "README.md",
        "SHA256SUMS",
        *(resource["path"] for resource in package["resources"]),
    }


@pytest.mark.parametrize(
    "damage",
    [
        ("data/units.csv", (b",percent,", b",per-cent,"), "hash-count"),
        ("datapackage.json", (b'"fields":"unit.slug"', b'"fields":"unit.name"'), "foreign-key"),
        ("datapackage.json", (b'"name":"value","type":"number"', b'"name":"value","type":"date"'), "type-error"),
    ],
)
def test_what_is_wrong_with_a_package_is_found(
    damage: tuple[str, tuple[bytes, bytes], str], api: ContractClient, dataset: None, tmp_path: Path
) -> None:
    place, content, wrong = damage
    files = opened(api, newest())
    assert content[0] in files[place]

    files[place] = files[place].replace(*content)

    assert wrong in {kind for kind, _ in problems(tmp_path, files)}


def test_release_joins_its_tables(api: ContractClient, dataset: None) -> None:
    package = json.loads(opened(api, newest())["datapackage.json"])
    schemas = {resource["name"]: resource["schema"] for resource in package["resources"]}

    links = {key["fields"]: key["reference"] for key in schemas["observations"]["foreignKeys"]}
    assert schemas["observations"]["primaryKey"] == "id"
    assert links == {
        "rev_from": {"resource": "revisions", "fields": "number"},
        "indicator.slug": {"resource": "indicators", "fields": "slug"},
        "unit.slug": {"resource": "units", "fields": "slug"},
        "scope.slug": {"resource": "scopes", "fields": "slug"},
        "reference_period.slug": {"resource": "periods", "fields": "slug"},
        "base_period.slug": {"resource": "periods", "fields": "slug"},
        "segment.id": {"resource": "segments", "fields": "id"},
        "speaker.slug": {"resource": "speakers", "fields": "slug"},
        "role.organization.slug": {"resource": "organizations", "fields": "slug"},
        "role.id": {"resource": "roles", "fields": "id"},
        "organization.slug": {"resource": "organizations", "fields": "slug"},
        "cited_work.slug": {"resource": "documents", "fields": "slug"},
    }
    undescribed = [
        f"{name}.{field['name']}"
        for name, schema in schemas.items()
        for field in schema["fields"]
        if not field["description"]
    ]
    assert undescribed == []


def test_same_revision_gives_the_same_bytes_for_ever(api: ContractClient, dataset: None) -> None:
    before = newest()
    kept = release(api, before)
    with change():
        facts.unit(slug="later")

    assert release(api, before) == kept
    assert b",later," in opened(api, newest())["data/units.csv"]


def test_files_are_those_of_the_exports_and_their_checksums(api: ContractClient, dataset: None) -> None:
    number = newest()
    files = opened(api, number)
    package = json.loads(files["datapackage.json"])

    for resource in package["resources"]:
        content = files[resource["path"]]
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        answer: Any = api.get(f"/api/v1/{resource['name']}?format=csv&as_of={number}")
        assert b"".join(answer) == content
    sums = {tuple(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines()}
    assert sums == {(hashlib.sha256(content).hexdigest(), name) for name, content in files.items()}


def test_held_texts_that_may_not_be_shown_are_not_in_it(api: ContractClient, db: None) -> None:
    secret, open_text = "The mill council met in secret. More than 20% of mills run.", "All mills run on wind."
    with change():
        for text, policy in ((secret, "staff"), (open_text, "public")):
            version = sources.version(text=text, of=sources.document(text_policy=policy))
            sources.segment(of=version, start=0, end=len(text))
            sources.citation(of=version, exact=text[4:8], start=4)

    everything = b"".join(opened(api, newest()).values()).decode()

    assert open_text in everything
    assert "secret" not in everything


@pytest.mark.parametrize("number", ["0", "01", "3000", "9" * 30, "-1", "x", "1.0"])
def test_there_is_no_release_of_what_is_no_revision(number: str, api: ContractClient, dataset: None) -> None:
    answer = api.get(f"/api/v1/releases/{number}")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_release_says_what_it_is(api: ContractClient, dataset: None) -> None:
    number = newest()
    listed = api.read("/api/v1/releases")
    answer: Any = api.head(listed["newest"])

    assert (listed["revision"], listed["newest"]) == (number, f"/api/v1/releases/{number}")
    assert listed["template"].format(revision=number) == listed["newest"]
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="greenapi-r{number}.zip"'
    assert b"".join(answer) == b""
    known = api.get(listed["newest"], headers={"if-none-match": answer.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")


@pytest.mark.parametrize("query", ["as_of=1", "format=csv"])
def test_release_has_no_parameters(query: str, api: ContractClient, dataset: None) -> None:
    assert api.get(f"/api/v1/releases/1?{query}").status_code == 400
