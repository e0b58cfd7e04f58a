"""What import-linter does not see: foreign keys go down too, and nothing is left to migrate."""

import tomllib
from pathlib import Path

from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent.parent


def _layers() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(c["layers"] for c in contracts if c["type"] == "layers")


def test_foreign_keys_go_down():
    height = {}
    for rank, layer in enumerate(reversed(_layers())):
        height |= {name.strip(): rank for name in layer.split("|")}
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in height
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and field.related_model
        and field.related_model._meta.app_label in height
        and height[field.related_model._meta.app_label] > height[model._meta.app_label]
    ]
    assert upward == []


def test_every_app_of_ours_has_its_layer():
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    named = {name.strip() for layer in _layers() for name in layer.split("|")}
    assert ours - named == set()


def test_no_migration_is_pending(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
