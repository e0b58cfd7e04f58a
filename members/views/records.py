"""The page of a member, its history and who can see it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from common.errors import RuleViolation
from common.pdf import render_pdf
from common.ui.nav import Crumb
from common.ui.paging import page_of

from .. import fields, policies, selectors, services
from ..activation.opening import why_never, why_not
from ..enums import COUNTED, CorrectionState, Sight, Standing, Status
from ..models import Member
from ..party_age import party_age_in_words, probation_ends_on
from ..selectors.access import access_to, openings_of
from ..selectors.history import history_of
from .common import crumbs_to, found_member

_PROFILE = (
    "full_name",
    "birth",
    "gender",
    "citizen_id",
    "phone",
    "card_number",
    "admission",
    "admission_decision_date",
    "official",
)
_STATISTICS = ("ethnicity", "professional_level", "political_theory", "no_smartphone")
_ACCOUNT = ("activated_at", "last_sign_in")
_TONES = {Status.ACTIVE: "ok", Status.EXEMPT: "info", Status.TEMP_AWAY: "wait", Status.SUSPENDED: "late"}


def columns_of(member: Member) -> dict[str, object]:
    """The row that `fields` reads, from an instance with its account and branch."""
    account = member.account
    return vars(member) | {
        "citizen_id": account.citizen_id,
        "activated_at": account.activated_at,
        "last_login": account.last_login,
        "branch_name": member.branch.name,
    }


@require_GET
def member_page(request: HttpRequest, pk: int) -> HttpResponse:
    member, sight = found_member(request, pk)
    if sight == Sight.OWN:
        return redirect("members:me")
    services.log_reading("member.viewed", member=member, actor=request.user)
    return _page(request, member, sight)


@require_GET
def own_page(request: HttpRequest) -> HttpResponse:
    member = selectors.member_for(request.user)
    if member is None:
        crumbs = [Crumb("Trang chủ", reverse("portal:home")), Crumb("Hồ sơ của tôi")]
        return render(request, "members/no_record.html", {"crumbs": crumbs})
    return _page(request, member, Sight.OWN)


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the whole citizen id and birth date to who keeps the record; written down. htmx gets the one field."""
    member, sight = found_member(request, pk)
    if sight < Sight.OFFICER:
        raise PermissionDenied
    services.log_reading("member.revealed", member=member, detail={"place": "trang hồ sơ"}, actor=request.user)
    if request.htmx:
        name = request.POST.get("field", "")
        if name not in ("citizen_id", "birth"):
            raise PermissionDenied
        shown = fields.shown(name, columns_of(member), sight, revealed=True)
        return render(request, "components/masked.html", {"shown": shown})
    return _page(request, member, sight, revealed=True)


def _page(request: HttpRequest, member: Member, sight: Sight, *, revealed: bool = False) -> HttpResponse:
    row = columns_of(member)
    own = sight == Sight.OWN
    reads_all = sight >= Sight.OFFICER

    def facts(names: tuple[str, ...]) -> list[dict]:
        return [
            {
                "name": name,
                "label": fields.FIELDS[name].label,
                "value": fields.shown(name, row, sight, revealed=revealed),
                "veiled": bool(fields.FIELDS[name].veiled) and sight == Sight.OFFICER and not revealed,
            }
            for name in names
            if fields.seen(name, sight)
        ]

    posts = selectors.open_posts_of([member.pk]).get(member.pk, [])
    may_edit = policies.may_edit(request.user, member)
    party_age = party_age_in_words(member) if member.status in COUNTED else ""
    asked = member.correction_requests.all()
    corrections = list((asked if own else asked.filter(state=CorrectionState.OPEN))[:5]) if reads_all else []
    for one in corrections:
        one.label = fields.FIELDS[one.field].label
    return render(
        request,
        "members/member.html",
        {
            "member": member,
            "own": own,
            "reads_all": reads_all,
            "may_edit": may_edit,
            "account": _account(member) if may_edit else None,
            "profile": facts(_PROFILE),
            "statistics": facts(_STATISTICS),
            # To himself his own page of the account says more.
            "account_facts": facts(_ACCOUNT) if reads_all and not own else [],
            "may_issue_code": policies.may_issue_password_code(request.user, member),
            "status": Status(member.status).label,
            "status_tone": _TONES.get(Status(member.status), "idle"),
            "left_on": member.left_on,
            "standing": Standing(member.standing).label,
            "posts": [(p, may_edit and policies.may_manage_posts(request.user, member, p.unit)) for p in posts],
            "party_age": party_age,
            "party_age_label": f"Tuổi đảng: {party_age}",
            "probation": _probation(member),
            "missing": _missing(member) if reads_all else [],
            "corrections": corrections,
            "reveal_url": reverse("members:reveal", args=[member.pk]),
            "crumbs": crumbs_to(member, own=own),
        },
    )


def _account(member: Member) -> dict:
    """How far his account is, for who may open its activation. No query."""
    account, now = member.account, timezone.now()
    closes_at = account.activation_closes_at
    if account.activated_at is not None:
        text = ""
    elif reason := why_never(member):
        text = reason
    elif closes_at is None:
        text = "Chưa mở kích hoạt."
    elif closes_at > now:
        text = f"Đang mở kích hoạt, đến hết ngày {timezone.localtime(closes_at):%d/%m/%Y}."
    else:
        text = f"Hết hạn kích hoạt ngày {timezone.localtime(closes_at):%d/%m/%Y}."
    return {
        "activated": account.activated_at is not None,
        "text": text,
        "to_open": not why_not(member, now),
        "to_print": account.activated_at is None and not why_never(member),
    }


def _probation(member: Member) -> dict | None:
    """When a probationary member's year ends and what is to be done then (domain.md §3.2)."""
    ends = probation_ends_on(member)
    if ends is None:
        return None
    left = (ends - timezone.localdate()).days
    if left < 0:
        text = f"Đã hết thời hạn dự bị từ ngày {ends:%d/%m/%Y}. Chi bộ xét công nhận chính thức hoặc xóa tên."
        return {"tone": "bad", "ends": ends, "text": text}
    text = f"Thời hạn dự bị hết ngày {ends:%d/%m/%Y}"
    if left <= 60:
        text += f", còn {left} ngày. Đồng chí chuẩn bị bản tự kiểm điểm để chi bộ xét công nhận chính thức."
        return {"tone": "warn", "ends": ends, "text": text}
    return {"tone": "info", "ends": ends, "text": text + "."}


def _missing(member: Member) -> list[str]:
    """What regulation 339 asks for and the record lacks."""
    needed: dict[str, object] = {
        "birth": member.birth_date,
        "gender": member.gender,
        "phone": member.phone,
        "admission": member.admission_date,
        "card_number": member.card_number or member.standing == Standing.PROBATIONARY,
        "official": member.official_date or member.standing == Standing.PROBATIONARY,
    }
    return [fields.FIELDS[name].label.lower() for name, value in needed.items() if not value]


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    member, sight = _for_history(request, pk)
    services.log_reading("member.history_viewed", member=member, actor=request.user)
    own = sight == Sight.OWN
    return render(
        request,
        "members/history.html",
        {
            "member": member,
            "own": own,
            "page": page_of(history_of(member, sight), request),
            "crumbs": crumbs_to(member, "Lịch sử hồ sơ", own=own),
        },
    )


@require_GET
def history_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """An extract of the history to print, with the values as this reader may read them."""
    member, sight = _for_history(request, pk)
    context = {
        "member": member,
        "entries": history_of(member, sight),
        "printed_at": timezone.localtime(),
        "printed_by": request.user.full_name,
    }
    try:
        content = render_pdf(render_to_string("members/history_pdf.html", context))
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("members:history", pk=pk)
    services.log_reading("member.history_exported", member=member, actor=request.user)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"lich-su-ho-so-{timezone.localdate():%Y%m%d}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _for_history(request: HttpRequest, pk: int) -> tuple[Member, Sight]:
    member, sight = found_member(request, pk)
    if not policies.may_read_history(request.user, member):
        raise PermissionDenied
    return member, sight


@require_GET
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """Who can see the record now and whence, and who opened it or took it out in the last 12 months (A9)."""
    member, sight = _for_history(request, pk)
    services.log_reading("member.access_viewed", member=member, actor=request.user)
    own = sight == Sight.OWN
    return render(
        request,
        "members/access.html",
        {
            "member": member,
            "own": own,
            "accesses": access_to(member),
            "openings": page_of(openings_of(member), request),
            "crumbs": crumbs_to(member, "Ai xem được dữ liệu", own=own),
        },
    )
