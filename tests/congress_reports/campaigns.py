"""Campaigns in the states that pages are looked at in."""

from datetime import date

from accounts.models import User
from congress_reports.models import Campaign, Report
from congress_reports.services import (
    approve,
    make_campaign,
    owed_by_letter_000,
    reject,
    save_answers,
    send,
    take,
    unapprove,
)
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.cast import World, make_member

from .reports import quality_of_a_branch, result_of_a_branch, result_of_a_grassroots

REASON = "Số có mặt chưa khớp biên bản, đề nghị đồng chí xem lại."


def letter_000(world: World) -> Campaign:
    """The letter's campaign over the small tree."""
    return make_campaign(
        top=world.top,
        name="Đại hội lần thứ XIII",
        term="2025-2030",
        opens_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
        reference_date=date(2025, 4, 1),
        owed=owed_by_letter_000(date(2025, 4, 20)),
        actor=world.org_department,
    )


def near_secretary(world: World) -> User:
    """Files for the branch that stands right under the company; made once in a world."""
    found = User.objects.filter(full_name="Phan Thị Sim").first()
    if found is None:
        found = make_member(world.near_branch, "Phan Thị Sim").account
        give_grant(user=found, unit=world.near_branch, role=Role.SECRETARY, actor=None)
    return found


def sent_by_branch(world: World, form: str = "a") -> Report:
    """Sent by the branch whose direct superior is the company's committee."""
    if not Campaign.objects.exists():
        letter_000(world)
    return sent(report_of(world.near_branch, form), near_secretary(world))


def taken(world: World) -> Report:
    return take(report=sent_by_branch(world), version=1, actor=world.committee)


def rejected(world: World) -> Report:
    return reject(
        report=taken(world), version=1, reason=REASON, paths=["present", "rounds.0.candidates.1"], actor=world.committee
    )


def decided(world: World) -> Report:
    return approve(report=taken(world), version=1, actor=world.committee)


def stale(world: World) -> Report:
    """The company's result, sent, and then a report below it changed."""
    below = decided(world)
    above = report_of(world.company, "c")
    above = save_answers(report=above, answers=result_of_a_grassroots(), revision=0, actor=world.committee)
    above = send(
        report=above, revision=above.revision, incomplete_reason="Cấp dưới gửi sau đại hội.", actor=world.committee
    )
    unapprove(report=below, reason=REASON, actor=world.committee)
    above.refresh_from_db()
    return above


def report_of(unit, form: str) -> Report:
    return Report.objects.select_related("duty__form", "campaign", "unit__kind", "unit__parent").get(
        unit=unit, duty__form__code=form
    )


def filled(report: Report, actor) -> Report:
    """A draft whose figures are all right."""
    answers = result_of_a_branch() if report.duty.form.code == "a" else quality_of_a_branch()
    return save_answers(report=report, answers=answers, revision=report.revision, actor=actor)


def sent(report: Report, actor) -> Report:
    report = filled(report, actor)
    return send(report=report, revision=report.revision, actor=actor)
