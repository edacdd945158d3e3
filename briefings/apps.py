"""The Django app of briefings and their sources."""

from django.apps import AppConfig


class BriefingsConfig(AppConfig):
    name = "briefings"
    verbose_name = "Briefings"

    def ready(self) -> None:
        from greenapi.ledger.undo import FOLLOWING

        from .changes import restate_segments
        from .models import Segment

        FOLLOWING[Segment] = restate_segments
