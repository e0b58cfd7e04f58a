# What Django itself can check: no migration is missing, and the settings of a real site are safe.
set -eu
export HANDBOOK_VAR="$PWD/var/test"

echo "makemigrations --check"
.venv/bin/python manage.py makemigrations --check --dry-run
echo "check --deploy"
HANDBOOK_DEBUG=0 HANDBOOK_INSECURE_HTTP=0 HANDBOOK_HOSTS=so-tay.example.vn HANDBOOK_BEHIND_PROXY=1 \
  .venv/bin/python manage.py check --deploy --fail-level WARNING
