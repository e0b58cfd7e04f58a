"""`make bench`: the measurements of docs and design, on the demo's data."""

import os
import sys

from handbook.launcher import environment

# What each request writes to the log is no part of the table.
os.environ.setdefault("HANDBOOK_LOG_LEVEL", "WARNING")
joined = environment.prepare(environment.var_folder())

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from benchmarks import measuring  # noqa: E402

try:
    call_command("migrate", "--noinput", "--verbosity", "0")
    call_command("collectstatic", "--noinput", "--verbosity", "0")
    code = measuring.run()
finally:
    if joined:
        joined.release()
sys.exit(code)
