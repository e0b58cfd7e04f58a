from congress_reports.models import Campaign
from tests.access import row
from tests.congress_reports.campaigns import decided, letter_000


def _company(world) -> dict:
    return {"don_vi": world.company.pk}


def _campaign(world) -> list[int]:
    return [Campaign.objects.get().pk]


def _followed(name: str) -> dict:
    """Who sees units below him looks at his own without naming it; of another's company he is told nothing."""
    return {
        f"congress_reports:{name}": row(
            "get", prepare=letter_000, everybody=200, member=404, secretary=404, other_secretary=404
        ),
        f"congress_reports:{name} · of a unit": row(
            "get", prepare=decided, data=_company, committee=200, org_department=200, inspector=200, everybody=404
        ),
    }


ROWS = {
    **_followed("board"),
    **_followed("board_print"),
    **_followed("board_xlsx"),
    **_followed("board_reports"),
    **_followed("analysis"),
    **_followed("analysis_xlsx"),
    **_followed("analysis_reports"),
    # Names of the elected go out: the organisation department alone.
    "congress_reports:export": row(
        "post", _campaign, prepare=decided, org_department=302, inspector=403, everybody=404
    ),
}
