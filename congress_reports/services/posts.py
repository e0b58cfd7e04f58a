"""After a result was approved: the elected take up their posts, those of the term before lay them down, and the term of
the committee is kept. What would happen is shown by doing it and taking it back."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from members.enums import PostCode
from members.models import Member, Post
from members.services import end_post, give_post
from orgtree.enums import Role
from orgtree.models import Grant
from orgtree.rights import forget_holdings, living
from orgtree.services import begin_term
from orgtree.services.rehearsal import rehearse

from .. import policies
from ..definitions import answers_of, definition_of
from ..enums import ReportState
from ..forms.definition import SectionKind
from ..models import ElectedPerson, Report
from .way import locked

# Body of an election → the posts it fills. The first is the one that begins; who holds another of them and was elected
# keeps it: which deputy is the standing one, the committee itself decides.
_OF_COMMITTEE = {
    "committee": (PostCode.COMMITTEE_MEMBER,),
    "standing": (PostCode.STANDING_MEMBER,),
    "secretary": (PostCode.SECRETARY,),
    "deputy": (PostCode.DEPUTY_SECRETARY, PostCode.STANDING_DEPUTY_SECRETARY),
    "inspection": (PostCode.INSPECTION_MEMBER, PostCode.INSPECTION_VICE_CHAIR),
    "inspection_chair": (PostCode.INSPECTION_CHAIR,),
}
_OF_CELL = _OF_COMMITTEE | {"committee": (PostCode.CELL_COMMITTEE_MEMBER,)}
_ROLES = {"secretary": Role.SECRETARY, "deputy": Role.DEPUTY_SECRETARY}


@dataclass
class PostChanges:
    """What was done, or would be: sentences. `unmatched`: elected people whom nobody found in the members' list;
    `refused`: what could not be entered, with the reason."""

    day: date | None = None
    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    term: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.begun or self.ended or self.term)


def elects(report: Report) -> bool:
    """Of the forms that tell of elections (a, c)."""
    return definition_of(report).section_of(SectionKind.ROUNDS) is not None


def preview_posts(*, report: Report, actor: User) -> PostChanges:
    """What `update_posts` would do now; nothing is kept of it."""
    found: list[PostChanges] = []
    rehearse(lambda: found.append(update_posts(report=report, actor=actor)), actor=actor)
    return found[0]


@transaction.atomic
def update_posts(*, report: Report, actor: User) -> PostChanges:
    """New posts begin on the day the congress closed, old ones of the bodies that were elected end on it. Safe to run
    again; a post that began after the congress is of this term and stays. What cannot be entered is told and stops
    nothing else."""
    report = locked(report, actor=actor)
    forget_holdings(actor)
    if not policies.may_update_posts(actor, report):
        raise PermissionDenied
    if not elects(report):
        raise RuleViolation("Báo cáo này không có kết quả bầu cử.")
    if report.state != ReportState.APPROVED:
        raise RuleViolation("Kết quả bầu cử chưa được phê duyệt nên chưa cập nhật chức vụ.")
    day = answers_of(report).fields.get("closed_on")
    if not isinstance(day, date):
        raise RuleViolation("Báo cáo chưa ghi ngày bế mạc đại hội.")
    changes = PostChanges(day=day)
    codes_of = _OF_CELL if report.unit.kind.holds_members else _OF_COMMITTEE
    elected = list(report.elected.select_related("member").order_by("body", "-votes", "pk"))
    bodies = [body for body in codes_of if any(person.body == body for person in elected)]
    # All old ones lay down before a new one begins: a unit has one secretary.
    for body in bodies:
        _end_old(report, codes_of[body], [p for p in elected if p.body == body], changes, actor)
    for body in bodies:
        for person in elected:
            if person.body == body:
                _begin(report, codes_of[body], person, changes, actor)
    _keep_term(report, day, changes)
    if not changes.is_empty:
        detail = {"unit": report.unit.name, "begun": len(changes.begun), "ended": len(changes.ended)}
        record("report.posts_updated", actor=actor, target=report, unit=report.unit, detail=detail)
    return changes


def _end_old(
    report: Report, codes: tuple[PostCode, ...], elected: list[ElectedPerson], changes: PostChanges, actor: User
) -> None:
    again = {person.member_id for person in elected}
    held = Post.objects.filter(unit=report.unit, code__in=codes, ends_on=None).select_related("member")
    for post in held.order_by("code", "pk"):
        words = f"{post.get_code_display()}: đồng chí {post.member.full_name}"
        if post.begins_on and post.begins_on > changes.day:
            changes.kept.append(f"{words} (giữ chức vụ từ {post.begins_on:%d/%m/%Y}, sau đại hội)")
            continue
        if post.member_id in again:
            if post.code != codes[0] or post.begins_on == changes.day:
                changes.kept.append(f"{words} (tái cử)" if post.begins_on != changes.day else words)
                continue
            words += " (nhiệm kỳ trước, tái cử)"
        try:
            with transaction.atomic():
                end_post(post=post, ends_on=changes.day, actor=actor)
        except (RuleViolation, PermissionDenied) as refusal:
            changes.refused.append(f"{words}: {_why(refusal)}")
        else:
            changes.ended.append(words)


def _begin(
    report: Report, codes: tuple[PostCode, ...], person: ElectedPerson, changes: PostChanges, actor: User
) -> None:
    words = f"{codes[0].label}: đồng chí {person.full_name}"
    if person.member is None:
        born = f", sinh năm {person.birth_year}" if person.birth_year else ""
        changes.unmatched.append(f"{codes[0].label}: đồng chí {person.full_name}{born}")
        return
    if Post.objects.filter(unit=report.unit, member=person.member, code__in=codes, ends_on=None).exists():
        return
    try:
        with transaction.atomic():
            give_post(member=person.member, unit=report.unit, code=codes[0], begins_on=changes.day, actor=actor)
    except (RuleViolation, PermissionDenied) as refusal:
        changes.refused.append(f"{words}: {_why(refusal)}")
    else:
        changes.begun.append(words)


def _why(refusal: Exception) -> str:
    return str(refusal) or "việc này do đồng chí khác có quyền quản lý hồ sơ ghi."


def _keep_term(report: Report, day: date, changes: PostChanges) -> None:
    """From congress to congress; the one before ends where this one begins."""
    if begin_term(unit=report.unit, name=report.campaign.term, day=day):
        changes.term = f"Nhiệm kỳ {report.campaign.term} của {report.unit.name} tính từ ngày {day:%d/%m/%Y}."


@dataclass(frozen=True)
class HandOver:
    """A role on the unit: who holds it now, and who was elected into its post."""

    role: Role
    holders: tuple[str, ...]
    elected: tuple[str, ...]
    holder_ids: frozenset[int]
    elected_ids: frozenset[int]
    # Where there is one holder and one elected, who is in the members' list: the way to the hand-over itself.
    grant: Grant | None = None
    member: Member | None = None

    @property
    def label(self) -> str:
        return self.role.label

    @property
    def fits(self) -> bool:
        return self.holder_ids == self.elected_ids


def propose_hand_over(report: Report) -> list[HandOver]:
    """Roles of secretary and deputy on the unit now, beside who was elected. Two queries."""
    grants = living(Grant.objects.filter(unit=report.unit, role__in=_ROLES.values())).select_related(
        "user", "unit__kind"
    )
    held: dict[Role, list[Grant]] = {}
    for grant in grants.order_by("role", "pk"):
        held.setdefault(Role(grant.role), []).append(grant)
    elected = list(report.elected.filter(body__in=_ROLES).select_related("member"))
    rows = []
    for body, role in _ROLES.items():
        people = [person for person in elected if person.body == body]
        holders = held.get(role, [])
        if not people and not holders:
            continue
        users = [grant.user for grant in holders]
        one_to_one = len(holders) == len(people) == 1
        rows.append(
            HandOver(
                role,
                tuple(user.full_name for user in users),
                tuple(person.full_name for person in people),
                frozenset(user.pk for user in users),
                # Who was typed by hand has no account that we know: never the same as a holder.
                frozenset(_account(person.member, person) for person in people),
                grant=holders[0] if one_to_one else None,
                member=people[0].member if one_to_one else None,
            )
        )
    return rows


def _account(member: Member | None, person: ElectedPerson) -> int:
    return -person.pk if member is None or member.account_id is None else member.account_id
