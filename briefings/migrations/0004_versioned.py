"""Records every change of these tables from here on, so that a later migration cannot write unseen."""

from django.db import migrations

from greenapi.ledger.versioning import install


class Migration(migrations.Migration):
    dependencies = [("briefings", "0003_stated_on_follows"), ("ledger", "0004_seal")]
    operations = [migrations.RunPython(lambda _, editor: install(editor.connection), migrations.RunPython.noop)]
