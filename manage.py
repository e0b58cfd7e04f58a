#!/usr/bin/env python
"""Django's commands. Without DATABASE_URL and REDIS_URL the embedded servers are started or joined first, and
stopped again when nobody else uses them."""

import atexit
import sys

from django.core.exceptions import ImproperlyConfigured

from handbook.launcher import environment
from handbook.launcher.errors import LauncherError


def main() -> None:
    try:
        servers = environment.prepare(environment.var_folder())
    except (LauncherError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    if servers:
        atexit.register(servers.release)

    from django.core.management import execute_from_command_line  # after the environment is complete

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
