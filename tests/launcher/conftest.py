import pytest

from handbook.launcher import servers


@pytest.fixture
def var(tmp_path):
    """A folder for servers whose path has spaces and Vietnamese letters; what runs there is ended afterwards."""
    folder = tmp_path / "thư mục thử" / "sổ tay" / "var"
    yield folder
    servers.stop(folder)
