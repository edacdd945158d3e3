"""Asks every example of the document anew, of the bundled facts alone: `python -m tests.contract.record_examples`.

Write the OpenAPI document first and again afterwards: `manage.py contract`.
"""

import json
import logging
import os
import sys
from decimal import Decimal
from typing import Any

import django

from greenapi import embedded


def main() -> None:
    """Writes the answers into the files of `greenapi/examples`."""
    with embedded.temporary_postgres() as server:
        os.environ |= {"DATABASE_URL": server.owner_url, "SECRET_KEY": "examples", "RATE_LIMIT_ANONYMOUS": "0"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "greenapi.settings"
        django.setup()
        logging.disable(logging.WARNING)
        _record()


def _record() -> None:
    from django.core.management import call_command  # noqa: PLC0415 - only once Django is set up
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from greenapi.rest.schema_examples import FOLDER  # noqa: PLC0415

    from .asking import addresses, ask, body_of, shown, steady  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("load_dataset", verbosity=0)
    known = addresses()
    client = Client(headers={"host": "localhost"})
    for file in sorted(FOLDER.glob("*.json")):
        examples: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        for name, example in examples.items():
            method, template = known[name.partition(" ")[0]]
            with transaction.atomic():
                answer = ask(client, method=method, template=template, request=example["request"])
                body = shown(body_of(answer), example)
                example["status"] = answer.status_code
                # What differs only in when it was recorded stays as it is.
                if "answer" not in example or steady(body, example) != steady(example["answer"], example):
                    example["answer"] = body
                transaction.set_rollback(True)
            sys.stdout.write(f"{answer.status_code} {name}\n")
        file.write_text(f"{json.dumps(examples, indent=2, ensure_ascii=False, default=_digits)}\n", encoding="utf-8")
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # Postgres only


def _digits(number: Decimal) -> float | int:
    exact = float(number)
    if Decimal(repr(exact)) != number:
        raise ValueError(f"{number} cannot be written exactly; take another example")
    return exact


if __name__ == "__main__":
    main()
