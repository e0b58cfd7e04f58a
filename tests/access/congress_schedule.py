from dataclasses import replace

from congress_reports.models import Campaign
from congress_reports.services import close_campaign, prepare_campaign, setup_of
from tests.access import row
from tests.congress_reports.campaigns import letter_000


def _pk(world) -> list[int]:
    return [Campaign.objects.order_by("-pk").first().pk]


def _prepared(world) -> None:
    setup = replace(setup_of(letter_000(world)), name="Đợt sau")
    prepare_campaign(top=world.top, setup=setup, actor=world.org_department)


def _closed(world) -> None:
    close_campaign(campaign=letter_000(world), actor=world.org_department)


def _department(method: str, *, prepare=letter_000, args=_pk, inspector: int, org_department: int, data=None):
    """For the organisation department and who sees the whole tree; there for nobody else."""
    return row(
        method, args, prepare=prepare, data=data, inspector=inspector, org_department=org_department,
        member=404, secretary=404, other_secretary=404, committee=404, outsider=404,
    )  # fmt: skip


def _setup_typed(world) -> dict:
    return {
        "name": "Đợt mới", "term": "2027-2030", "opens_on": "01/01/2027", "ends_on": "31/12/2027",
        "reference_date": "01/04/2027", "bands": "30, 42", "young_below": "42", "cell-forms": ["a"],
        "cell-rule": "after_congress", "cell-days": "5",
    }  # fmt: skip


def _near(world) -> list[int]:
    return [*_pk(world), world.near_branch.pk]


def _line(world) -> dict:
    return {"planned_on": "20/03/2025", "state": "planned"}


def _many(world) -> dict:
    return {"unit": world.near_branch.pk}


_OFFICERS = {"member": 403, "everybody": 200}
_PLANNERS = {
    "member": 403, "secretary": 403, "other_secretary": 403, "inspector": 403, "committee": 200, "org_department": 200,
    "outsider": 200,
}  # fmt: skip
_NEAR = {
    "member": 404, "secretary": 404, "other_secretary": 404, "outsider": 404, "inspector": 200, "committee": 200,
    "org_department": 200,
}  # fmt: skip

ROWS = {
    "congress_reports:campaigns": row("get", prepare=letter_000, everybody=403, inspector=200, org_department=200),
    "congress_reports:campaign_new": row("get", prepare=letter_000, everybody=403, org_department=200),
    "congress_reports:campaign_new · yes": row(
        "post", prepare=letter_000, data=_setup_typed, everybody=403, org_department=302
    ),
    "congress_reports:campaign": _department("get", inspector=200, org_department=200),
    "congress_reports:campaign · being prepared": _department(
        "get", prepare=_prepared, inspector=404, org_department=200
    ),
    "congress_reports:campaign_edit": _department("get", inspector=403, org_department=200),
    "congress_reports:campaign_edit · yes": _department(
        "post", data=_setup_typed, inspector=403, org_department=302
    ),
    "congress_reports:campaign_open": _department("get", prepare=_prepared, inspector=404, org_department=200),
    "congress_reports:campaign_open · yes": _department(
        "post", prepare=_prepared, inspector=404, org_department=302
    ),
    "congress_reports:campaign_close": _department("get", inspector=403, org_department=200),
    "congress_reports:campaign_reopen": _department("get", prepare=_closed, inspector=403, org_department=200),
    "congress_reports:campaign_drop": _department("get", prepare=_prepared, inspector=404, org_department=200),
    "congress_reports:campaign_form": _department(
        "get", args=lambda world: [*_pk(world), "a"], inspector=200, org_department=200
    ),
    "congress_reports:campaign_form · another": _department(
        "post", args=lambda world: [*_pk(world), "a"], inspector=403, org_department=200
    ),
    "congress_reports:campaign_form_data": _department(
        "get", args=lambda world: [*_pk(world), "a"], inspector=403, org_department=200
    ),
    "congress_reports:schedule": row("get", prepare=letter_000, **_OFFICERS),
    "congress_reports:schedule · without a campaign": row("get", **_OFFICERS),
    "congress_reports:schedule · of a unit": row(
        "get",
        prepare=letter_000,
        data=lambda world: {"don_vi": world.section.pk},
        everybody=404,
        member=403,
        committee=200,
        org_department=200,
        inspector=200,
    ),
    "congress_reports:schedule_month": row("get", prepare=letter_000, **_OFFICERS),
    "congress_reports:schedule_map": row("get", prepare=letter_000, **_OFFICERS),
    "congress_reports:schedule_xlsx": row("get", prepare=letter_000, **_OFFICERS),
    "congress_reports:schedule_ics": row("get", prepare=letter_000, **_OFFICERS),
    "congress_reports:schedule_line": row("get", _near, prepare=letter_000, **_NEAR),
    "congress_reports:schedule_line · yes": row(
        "post", _near, prepare=letter_000, data=_line,
        **_NEAR | {"inspector": 403, "committee": 302, "org_department": 302},
    ),
    # The secretary plans no congress of his own branch, and nothing stands below it.
    "congress_reports:schedule_many": row(
        "post", prepare=letter_000, data=_many, everybody=302, member=403, inspector=403, committee=200,
        org_department=200,
    ),
    "congress_reports:schedule_import": row("get", prepare=letter_000, **_PLANNERS),
    "congress_reports:schedule_plan": row(
        "get", lambda world: ["khong-co"], prepare=letter_000,
        **{who: 302 if answer == 200 else answer for who, answer in _PLANNERS.items()},
    ),
}  # fmt: skip
