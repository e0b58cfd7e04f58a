"""What stands in the addresses of the overview: of suggestions, refused secretaries and progress."""

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import Q
from django.http import HttpRequest, QueryDict

from accounts.models import User
from common.ui.forms import Form
from orgtree.enums import Right, Role
from orgtree.models import OrgUnit
from orgtree.rights import has_right, holdings_of

from .conditions import ROLE_ORDER
from .steps import STEPS, step_label
from .suggestions import Choice

_MOST_UNITS = 500
_DROPPED = ("trang", "sau")


class SuggestionFilter(Form):
    """A value that is not known is left out, not complained about."""

    don_vi = forms.ChoiceField(label="Đơn vị", required=False)
    buoc = forms.TypedChoiceField(
        label="Bước phân quyền",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Cả bốn bước"), *((step, step_label(step).capitalize()) for step in STEPS)],
    )
    kich_hoat = forms.ChoiceField(
        label="Tài khoản",
        required=False,
        choices=[("", "Tất cả"), ("co", "Đã kích hoạt"), ("chua", "Chưa kích hoạt")],
    )
    cap = forms.ChoiceField(
        label="Ai phân quyền",
        required=False,
        choices=[("", "Tất cả"), ("truc-tiep", "Đồng chí phân quyền trực tiếp"), ("thay", "Thay cấp dưới")],
    )
    vuong = forms.ChoiceField(
        label="Giao được ngay",
        required=False,
        choices=[("", "Tất cả"), ("khong", "Giao được ngay"), ("co", "Còn vướng")],
    )

    def __init__(self, data: Mapping, units: Sequence[tuple[str, str]], *, one_way: bool) -> None:
        super().__init__(data, auto_id="loc-%s")
        self.fields["don_vi"].choices = [("", "Mọi đơn vị"), *units]
        if one_way:
            # Only the organisation department ever acts in place of others.
            del self.fields["cap"]

    def chosen(self, role: str, text: str = "") -> Choice:
        self.is_valid()
        known = {name: value for name, value in self.cleaned_data.items() if value and name not in self.errors}
        return Choice(
            role=role,
            unit=int(known["don_vi"]) if "don_vi" in known else None,
            step=known.get("buoc"),
            activated=known.get("kich_hoat", ""),
            place=known.get("cap", ""),
            hindered=known.get("vuong", ""),
            text=text,
        )


def number_in(request: HttpRequest, name: str) -> int | None:
    wanted = request.GET.get(name, "")
    return int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None


def units_to_choose(user: User, wanted: int | None) -> tuple[OrgUnit | None, list[tuple[str, str]]]:
    """The unit asked for, if it is in the reader's area, and those to go on from: the way up to it and what stands
    right below it; without one, what stands right below the units where he hands rights on. One query, two with a
    unit."""
    sources = [holding.unit_id for holding in holdings_of(user) if Right.DELEGATE in holding.rights]
    unit = OrgUnit.objects.filter(pk=wanted).first() if wanted else None
    if unit is not None and not has_right(user, Right.VIEW, unit):
        unit = None
    if unit is None:
        near = Q(pk__in=sources) | Q(parent_id__in=sources, closed_on=None)
    else:
        near = Q(pk__in=[*unit.ancestor_ids, unit.pk]) | Q(parent_id=unit.pk, closed_on=None)
    found = OrgUnit.objects.filter(near).order_by("tree_id", "lft")
    seen = [
        one
        for one in found.only("name", "tree_id", "lft", "rght", "level")[:_MOST_UNITS]
        if has_right(user, Right.VIEW, one)
    ]
    top = min((one.level for one in seen), default=0)
    return unit, [(str(one.pk), "– " * (one.level - top) + one.name) for one in seen]


def role_in(request: HttpRequest, default: str) -> str:
    """The role of the tab: the word "tat-ca" is all."""
    wanted = request.GET.get("vai", default)
    if wanted == "tat-ca":
        return ""
    return wanted if wanted in {role.value for role in ROLE_ORDER} else default


def role_label(role: str) -> str:
    return str(Role(role).label)


def without(query: QueryDict, *names: str, **more: str) -> str:
    """The address of the same list without these conditions, or with others; from its beginning."""
    rest = query.copy()
    for name in (*_DROPPED, *names):
        rest.pop(name, None)
    for name, value in more.items():
        rest[name] = value
    return f"?{rest.urlencode()}"


def active_in(form: Form, request: HttpRequest, text: str) -> list[dict]:
    """The conditions that hold, each with the address that drops it."""
    on = [{"label": f"Tìm: {text}", "url": without(request.GET, "tim")}] if text else []
    for name, field in form.fields.items():
        label = {str(value): words for value, words in field.choices}.get(request.GET.get(name, ""))
        if request.GET.get(name) and label:
            on.append({"label": f"{field.label}: {label.lstrip('– ')}", "url": without(request.GET, name)})
    return on
