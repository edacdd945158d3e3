"""Segments and citations can be found by their words from here on, those of the past too."""

from django.db import migrations

from greenapi.search.keeping import keep


class Migration(migrations.Migration):
    dependencies = [("briefings", "0006_listings_in_order"), ("search", "0001_entries")]
    operations = [
        migrations.RunPython(
            lambda _, editor: keep(
                editor.connection, "search_add_segments(NULL, NULL)", "search_add_citations(NULL, NULL)"
            ),
            migrations.RunPython.noop,
        )
    ]
