"""`make bench`: the measurements of docs and design, on the demo's data."""

import sys

from handbook.launcher import environment

joined = environment.prepare(environment.var_folder())

import django  # noqa: E402

django.setup()

from benchmarks import pages  # noqa: E402

try:
    code = pages.run()
finally:
    if joined:
        joined.release()
sys.exit(code)
