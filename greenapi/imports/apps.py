"""The app of bulk imports."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "greenapi.imports"
    label = "imports"
    verbose_name = "Imports"
