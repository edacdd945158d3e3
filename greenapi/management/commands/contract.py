"""`manage.py contract`: the committed OpenAPI document, written anew, compared with the code, and released."""

import difflib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from greenapi.contract.breaking import breaking
from greenapi.rest.document import load

PATH: Path = settings.OPENAPI_DOCUMENT
# The document of each version as it was last released; none before the first release.
RELEASED = PATH.parent / "released"


class Command(BaseCommand):
    help = (
        "Writes greenapi/openapi.yaml from the code. With --check, writes nothing and fails when the committed document"
        " differs from the code; either way fails on any warning or an invalid document, and when it breaks clients of"
        " the document that was released last."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--check", action="store_true", help="Compare only.")
        one.add_argument("--against", type=Path, metavar="FILE", help="Say what breaks clients of an older document.")
        one.add_argument("--release", action="store_true", help="Keep it as the one that clients are promised.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["against"] is not None:
            self._compare(options["against"])
            return
        document = generate()
        if options["check"] or options["release"]:
            self._check(document)
        else:
            PATH.write_text(document, encoding="utf-8")
            self.stdout.write(f"{PATH.name} written.")
        released = RELEASED / f"v{load(PATH)['info']['version']}.yaml"
        if released.exists():
            self._compare(released)
        if options["release"]:
            released.parent.mkdir(exist_ok=True)
            released.write_text(document, encoding="utf-8")
            self.stdout.write(f"{released.name} is what clients are promised.")

    def _compare(self, older: Path) -> None:
        if not older.is_file():
            raise CommandError(f"There is no file {older}.")
        broken = breaking(load(older), load(PATH), on=datetime.now(UTC).date())
        if broken:
            sentences = "\n".join(broken)
            raise CommandError(f"{PATH.name} breaks clients of {older.name} in {len(broken)} places:\n{sentences}")
        self.stdout.write(f"{PATH.name} breaks no client of {older.name}.")

    def _check(self, document: str) -> None:
        committed = PATH.read_text(encoding="utf-8")
        if committed != document:
            difference = difflib.unified_diff(
                committed.splitlines(), document.splitlines(), "committed", "code", lineterm=""
            )
            shown = "\n".join(list(difference)[:60])
            raise CommandError(f"{PATH.name} differs from the code; run `manage.py contract`.\n{shown}")
        self.stdout.write(f"{PATH.name} is what the code does.")


def generate() -> str:
    """The document as YAML.

    Raises:
        CommandError: drf-spectacular warned of something.
    """
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)
    if GENERATOR_STATS:
        raise CommandError("drf-spectacular could not document everything; `manage.py spectacular` says what.")
    validate_schema(schema)
    rendered: bytes = OpenApiYamlRenderer().render(schema, renderer_context={})
    return rendered.decode("utf-8")
