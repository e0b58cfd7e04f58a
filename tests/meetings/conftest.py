import pytest

from meetings.models import Meeting
from tests.cast import World

from .sessions import in_progress


@pytest.fixture
def meeting(world: World) -> Meeting:
    """The branch's meeting, just begun: the secretary, the member and ten more official members, all here."""
    return in_progress(world)
