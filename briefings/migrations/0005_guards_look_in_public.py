"""The triggers' functions look into our own tables: whoever writes may make temporary ones of the same names."""

from django.db import migrations

FUNCTIONS = (
    "briefings_check_citation",
    "briefings_check_segment",
    "briefings_check_text",
    "briefings_check_version",
    "briefings_restate_segments",
)


class Migration(migrations.Migration):
    dependencies = [("briefings", "0004_versioned")]
    operations = [
        migrations.RunSQL(
            f"ALTER FUNCTION {function} SET search_path = public, pg_temp",
            f"ALTER FUNCTION {function} RESET search_path",
        )
        for function in FUNCTIONS
    ]
