"""What the pages for leaders are asked for: the campaign, the unit, which reports. Values that are not known are left
out, not complained about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from common.ui.forms import Form
from orgtree.models import OrgUnit
from orgtree.selectors import followed_and_opened, units_to_follow

from ..models import Campaign, Duty
from ..selectors.board import Chosen, campaigns_over, duties_chosen, duties_of

_FIRST_DAY = date(1930, 2, 3)
_DROPPED = ("trang", "sau")
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def number_in(request: HttpRequest, name: str) -> int | None:
    wanted = request.GET.get(name, "")
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else None


def address(query: QueryDict, *without: str, **more: object) -> str:
    """The same page without these conditions, or with others; from its beginning."""
    rest = query.copy()
    for name in (*_DROPPED, *without):
        rest.pop(name, None)
    for name, value in more.items():
        rest[name] = str(value)
    return f"?{rest.urlencode()}"


class ScopeForm(Form):
    """Which campaign, which unit; each page adds what else it may be narrowed to."""

    dot = forms.ChoiceField(label="Đợt đại hội", required=False)
    don_vi = forms.ChoiceField(label="Đơn vị", required=False)
    loai = forms.ChoiceField(label="Loại hình tổ chức", required=False)
    mau = forms.ChoiceField(label="Loại báo cáo", required=False)

    def __init__(self, data: QueryDict, asked: "Asked") -> None:
        super().__init__(data, auto_id="loc-%s")
        self.fields["dot"].choices = [(str(one.pk), one.name) for one in asked.campaigns]
        self.initial["dot"] = str(asked.campaign.pk) if asked.campaign else ""
        units = {str(pk): name for pk, name in asked.own} | {str(asked.unit.pk): asked.unit.name}
        self.fields["don_vi"].choices = list(units.items())
        kinds = {duty.kind_id: duty.kind.label for duty in asked.duties}
        letters = {duty.form.code: f"{duty.form.code}) {duty.form.short}" for duty in asked.duties}
        self.fields["loai"].choices = [("", "Tất cả"), *((str(pk), label) for pk, label in kinds.items())]
        self.fields["mau"].choices = [("", "Tất cả"), *sorted(letters.items())]
        if len(asked.campaigns) < 2:
            del self.fields["dot"]
        if len(units) < 2:
            del self.fields["don_vi"]

    def chosen(self) -> Chosen:
        self.is_valid()
        known = self.known()
        return Chosen(kind=int(known["loai"]) if "loai" in known else None, form=known.get("mau", ""))

    def known(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if value and name not in self.errors}

    def active(self, query: QueryDict) -> list[dict]:
        """The conditions that hold, each with the address that drops it; campaign and unit stand in the head."""
        on = []
        for name, value in self.known().items():
            if name in {"dot", "don_vi"}:
                continue
            field = self.fields[name]
            words = field.label if value is True else f"{field.label}: {dict(field.choices)[value]}"
            on.append({"label": words, "url": address(query, name, "mo")})
        return on


@dataclass
class Asked:
    """404 where there is nothing for the reader. At most three queries."""

    request: HttpRequest

    def __post_init__(self) -> None:
        asked, opened = number_in(self.request, "don_vi"), number_in(self.request, "mo")
        unit, self.opened = followed_and_opened(self.request.user, asked, opened)
        if unit is None:
            raise Http404
        self.unit: OrgUnit = unit
        self.campaigns: list[Campaign] = campaigns_over(unit)
        wanted = number_in(self.request, "dot")
        found = [one for one in self.campaigns if wanted in (None, one.pk)]
        if wanted is not None and not found:
            raise Http404
        self.campaign: Campaign | None = found[0] if found else None
        self.duties: list[Duty] = duties_of(self.campaign) if self.campaign else []

    @cached_property
    def own(self) -> list[tuple[int, str]]:
        return units_to_follow(self.request.user)

    @cached_property
    def today(self) -> date:
        """The day of which lateness is told: a closed campaign stands as it was on its last day."""
        today = timezone.localdate()
        closed = self.campaign.closed_on if self.campaign else None
        return min(today, closed) if closed else today

    @cached_property
    def day(self) -> date:
        """Whose changes are shown."""
        try:
            wanted = date.fromisoformat(self.request.GET.get("ngay", ""))
        except ValueError:
            return timezone.localdate()
        # Before the campaigns nothing happened, and the first of all days has none before it.
        return max(min(wanted, timezone.localdate()), _FIRST_DAY)

    @property
    def day_before(self) -> date:
        return self.day - timedelta(days=1)

    def duties_for(self, chosen: Chosen) -> Sequence[Duty]:
        return duties_chosen(self.duties, chosen)

    def kept(self, **more: object) -> dict:
        """What goes along into the addresses behind figures."""
        return {"dot": self.campaign.pk, "don_vi": self.unit.pk} | more


def workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=SHEET_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
