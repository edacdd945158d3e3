#!/usr/bin/env python
"""Run greenapi's commands: `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenapi.settings")
    try:
        # Imported here, so that Ctrl-C during the first moments ends as quietly as later.
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
