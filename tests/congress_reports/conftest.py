import pytest

from congress_reports.models import Campaign

from .campaigns import filled, letter_000, report_of, sent

__all__ = ["filled", "report_of", "sent"]


@pytest.fixture
def campaign(world) -> Campaign:
    """Letter 000's campaign over the small tree."""
    return letter_000(world)
