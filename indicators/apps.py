"""The Django app of indicators, observations and commitments."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = "Indicators and commitments"

    def ready(self) -> None:
        from greenapi.ledger.undo import FOLLOWING

        from . import changes
        from .models import Commitment, Indicator, Observation

        FOLLOWING[Indicator] = changes.derive_from_indicators
        FOLLOWING[Observation] = changes.derive_observations
        FOLLOWING[Commitment] = changes.derive_commitments
