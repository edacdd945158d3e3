"""The triggers' functions look into our own tables: whoever writes may make temporary ones of the same names."""

from django.db import migrations

FUNCTIONS = ("indicators_check_observation", "indicators_check_commitment", "indicators_restate_facts")


class Migration(migrations.Migration):
    dependencies = [("indicators", "0004_versioned")]
    operations = [
        migrations.RunSQL(
            f"ALTER FUNCTION {function} SET search_path = public, pg_temp",
            f"ALTER FUNCTION {function} RESET search_path",
        )
        for function in FUNCTIONS
    ]
