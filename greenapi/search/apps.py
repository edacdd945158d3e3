"""The Django app of search."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "greenapi.search"
    label = "search"
    verbose_name = "Search"
    derived_tables = ("search_entry", "search_lexeme")
