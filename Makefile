# Hai lệnh chính: `make run` mở sổ tay, `make test` kiểm tra tất cả. No absolute path stands here, so that the folder
# may be anywhere, with spaces and Vietnamese letters in its name.
PYTHON ?= python3
JOBS ?= auto
PY = .venv/bin/python
BASE_PACKAGES = .venv/installed.lock
TEST_PACKAGES = .venv/installed-test.lock

.DEFAULT_GOAL := run
.PHONY: run stop status venv venv-test test check lint browser lock backup restore bench screens

run: venv
	@exec $(PY) -m handbook.launcher run

stop: venv
	@exec $(PY) -m handbook.launcher stop

status: venv
	@exec $(PY) -m handbook.launcher status

# make backup FILE=…  (without FILE: var/backups/so-tay-<day>-<time>.tar)
backup: venv
	@exec $(PY) -m handbook.launcher backup $(if $(FILE),"$(FILE)")

# make restore FILE=…
restore: venv
	@test -n "$(FILE)" || { echo 'Đồng chí cho biết tệp sao lưu: make restore FILE=…'; exit 2; }
	@exec $(PY) -m handbook.launcher restore "$(FILE)"

# Only what changed in the lock is installed; nothing at all when it did not change.
venv:
	@PYTHON="$(PYTHON)" sh handbook/launcher/venv.sh requirements.lock $(BASE_PACKAGES)

venv-test: venv
	@PYTHON="$(PYTHON)" sh handbook/launcher/venv.sh requirements-test.lock $(TEST_PACKAGES)

test: check browser
	$(PY) -m pytest -n $(JOBS)

check: lint
	@sh handbook/launcher/check.sh

lint: venv-test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

# The journeys need a browser: Debian's is installed when we may, else they are skipped, loudly.
browser:
	@sh handbook/launcher/browser.sh

# All of them, also after one that missed its budget. About half an hour; each runs alone too: python -m benchmarks.…
bench: venv-test
	@missed=0; for one in benchmarks $(addprefix benchmarks.,import_members meeting_rates vote_burst scale meetings_scale); \
	do echo "== $$one"; $(PY) -m $$one || missed=1; done; exit $$missed

screens: venv-test browser
	$(PY) -m benchmarks.screens

# Exact versions with hashes, from requirements.in and requirements-test.in.
lock: venv-test
	@sh handbook/launcher/lock.sh
