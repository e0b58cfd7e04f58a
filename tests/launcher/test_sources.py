import pytest

from handbook.launcher import sources


@pytest.fixture
def tree(tmp_path):
    """A project of one app whose migration imports a module of ours."""
    files = {
        "requirements.lock": "django==5.2\n",
        "handbook/settings.py": "",
        "members/__init__.py": "",
        "members/apps.py": "",
        "members/seeds.py": "KINDS = 1\n",
        "members/views.py": "",
        "members/migrations/__init__.py": "",
        "members/migrations/0001_initial.py": "from django.db import migrations\nfrom members import seeds\n",
        "static/base.css": "a",
        "members/static/m.css": "b",
        "var/static/old.css": "c",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    "file", ["members/migrations/0001_initial.py", "members/seeds.py", "requirements.lock", "handbook/settings.py"]
)
def test_the_template_is_made_again_when_its_source_changes(tree, file):
    before = sources.digest_of_migrations(tree)
    (tree / file).write_text((tree / file).read_text() + "# changed\n")
    assert sources.digest_of_migrations(tree) != before


def test_other_code_leaves_the_template(tree):
    before = sources.digest_of_migrations(tree)
    (tree / "members/views.py").write_text("# changed\n")
    assert sources.digest_of_migrations(tree) == before


@pytest.mark.parametrize(
    ("file", "changes"), [("static/base.css", True), ("members/static/m.css", True), ("var/static/old.css", False)]
)
def test_static_files_are_gathered_again_when_one_of_ours_changes(tree, file, changes):
    before = sources.digest_of_static(tree)
    (tree / file).write_text("longer than before")
    assert (sources.digest_of_static(tree) != before) is changes
