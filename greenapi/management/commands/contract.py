"""`manage.py contract`: the committed OpenAPI document, written anew or compared with the code."""

import difflib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

PATH = Path(settings.BASE_DIR) / "greenapi" / "openapi.yaml"


class Command(BaseCommand):
    help = (
        "Writes greenapi/openapi.yaml from the code. With --check, writes nothing and fails when the committed document"
        " differs from the code; either way fails on any warning or an invalid document."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Compare only.")

    def handle(self, *args: Any, **options: Any) -> None:
        document = generate()
        if not options["check"]:
            PATH.write_text(document, encoding="utf-8")
            self.stdout.write(f"{PATH.name} written.")
            return
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
