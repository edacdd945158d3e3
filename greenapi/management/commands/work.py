"""`manage.py work`: carries out what was sent to be imported, until it is told to stop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from greenapi import processes
from greenapi.imports.worker import work
from greenapi.urls import IMPORTABLES


class Command(BaseCommand):
    """Runs beside the service, as often as there is need: each takes one import at a time."""

    help = "Carry out bulk imports as they come, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when there is nothing more to do")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stopping = processes.StopRequest()
        stopping.listen()
        try:
            work(IMPORTABLES, forever=not once)
        except processes.Stopped:
            stopping.close()
