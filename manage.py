#!/usr/bin/env python
"""Run a Django command of opsdesk."""

import os
import sys


def main() -> None:
    """Hand the command line to Django, with the local settings unless told otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsdesk.settings.local")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
