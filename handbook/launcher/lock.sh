# The lock files anew, with hashes and without any registry's address. pip-tools lives outside of .venv's packages.
set -eu
tools=.venv/lock-tools
[ -x "$tools/bin/python" ] || .venv/bin/python -m venv "$tools"
"$tools/bin/python" -m pip install --quiet --disable-pip-version-check pip-tools
for name in requirements requirements-test; do
  "$tools/bin/python" -m piptools compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
    --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --output-file "$name.lock" "$name.in"
done
