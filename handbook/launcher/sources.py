"""Digests that tell whether a migrated database or gathered static files are still those of this code."""

import ast
import hashlib
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
_OTHERS = (Path("requirements.lock"), Path("handbook/settings.py"))


def digest_of_migrations(base: Path = BASE) -> str:
    """A digest that changes when the outcome of `migrate` may change: the migrations, the modules of ours that
    they import, the settings and the versions of the libraries."""
    waiting = [path.relative_to(base) for path in sorted(base.glob("*/migrations/*.py"))] + list(_OTHERS)
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or not (base / path).is_file():
            continue
        seen.add(path)
        if path.suffix == ".py":
            waiting += _imported(base, path)
    digest = hashlib.sha256()
    for path in sorted(seen):
        digest.update(f"{path.as_posix()}\0".encode() + (base / path).read_bytes() + b"\0")
    return digest.hexdigest()


def digest_of_static(base: Path = BASE) -> str:
    """A digest that changes when a static file of ours or a library changes, found by names, sizes and times."""
    roots = [base / "static", *(app.parent / "static" for app in base.glob("*/apps.py"))]
    files = [path for root in roots for path in root.rglob("*") if path.is_file()]
    digest = hashlib.sha256((base / "requirements.lock").read_bytes())
    for path in sorted(files):
        found = path.stat()
        digest.update(f"{path.relative_to(base).as_posix()}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _imported(base: Path, path: Path) -> list[Path]:
    """Files of ours that the module names in its import lines."""
    names: list[str] = []
    for node in ast.walk(ast.parse((base / path).read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.parts[: len(path.parts) - node.level] if node.level else ()
            module = ".".join((*package, *([node.module] if node.module else [])))
            names += [module, *(f"{module}.{alias.name}" for alias in node.names)]
    candidates = [Path(*name.split(".")) for name in names if name]
    return [
        file
        for candidate in candidates
        for file in (candidate.with_suffix(".py"), candidate / "__init__.py")
        if (base / file).is_file()
    ]
