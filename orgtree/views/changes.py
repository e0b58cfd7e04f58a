"""Forms that change the tree. Each passes a check page; the change is rehearsed for it, and asked again when it is
confirmed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.errors import RuleViolation

from .. import forms, policies, selectors, services
from ..followers import follower_previews
from ..models import OrgUnit
from ..services.details import in_words
from ..services.rehearsal import rehearse
from .fetching import crumbs_of, unit_or_404


@dataclass
class Check:
    """What the check page says."""

    lead: str
    facts: list[tuple[str, object]] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    warning: str = ""


@dataclass
class Act:
    """A change: its words, its form, what it would do and the doing."""

    title: str
    confirm: str
    form: forms.ChangeForm
    check: Callable[[forms.ChangeForm], Check]
    do: Callable[[forms.ChangeForm, User], OrgUnit]
    done: str
    hint: str = ""
    empty: str = ""


def _answer(request: HttpRequest, unit: OrgUnit, act: Act) -> HttpResponse:
    form, step = act.form, request.POST
    if request.method == "POST" and "back" not in step and form.is_valid():
        try:
            if "confirm" in step:
                changed = act.do(form, request.user)
                messages.success(request, act.done)
                return redirect(changed)
            rehearse(lambda: act.do(form, request.user), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "orgtree/check.html", _check_page(request, unit, act))
    return render(
        request,
        "orgtree/change.html",
        {"unit": unit, "act": act, "form": form, "crumbs": crumbs_of(unit, act.title)},
    )


def _check_page(request: HttpRequest, unit: OrgUnit, act: Act) -> dict:
    check = act.check(act.form)
    basis = act.form.based_on()
    facts = [
        *check.facts,
        (act.form.fields["effective_on"].label, in_words(basis["effective_on"])),
        ("Quyết định số", basis["decision"]),
        ("Lý do", basis["reason"]),
    ]
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "confirm", "back")
    ]
    return {
        "unit": unit,
        "act": act,
        "check": check,
        "facts": [{"label": label, "value": value} for label, value in facts],
        "hidden": kept,
        "crumbs": crumbs_of(unit, act.title),
    }


def _data(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _unit_to_edit(request: HttpRequest, pk: int) -> OrgUnit:
    unit, _ = unit_or_404(request.user, pk)
    if not policies.may_edit(request.user, unit):
        raise PermissionDenied
    return unit


_AUDITED = "Việc này được ghi vào lịch sử của đơn vị và vào nhật ký."


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, pk: int) -> HttpResponse:
    parent, _ = unit_or_404(request.user, pk)
    if not policies.may_create_below(request.user, parent):
        raise PermissionDenied
    form = forms.CreateForm(_data(request), parent=parent, initial={"code": f"{parent.code}."})

    def check(form: forms.CreateForm) -> Check:
        data = form.cleaned_data
        return Check(
            f"Lập {data['name']} trực thuộc {parent.name}.",
            [("Tên", data["name"]), ("Mã", data["code"]), ("Loại hình", data["kind"].label), ("Ghi chú", data["note"])],
            [
                "Những người có vai trò ở cấp trên, phạm vi gồm cả đơn vị bên dưới, có quyền ở đơn vị mới.",
                _AUDITED,
            ],
        )

    def do(form: forms.CreateForm, actor: User) -> OrgUnit:
        data = form.cleaned_data
        return services.create_unit(
            parent=parent,
            code=data["code"],
            name=data["name"],
            kind=data["kind"],
            founded_on=data["effective_on"],
            decision=data["decision"],
            reason=data["reason"],
            note=data["note"],
            has_seal=data["has_seal"],
            actor=actor,
        )

    act = Act("Lập đơn vị trực thuộc", "Lập đơn vị", form, check, do, "Đã lập đơn vị mới.")
    return _answer(request, parent, act)


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit_to_edit(request, pk)
    form = forms.RenameForm(_data(request), initial={"name": unit.name, "code": unit.code})

    def check(form: forms.RenameForm) -> Check:
        data = form.cleaned_data
        return Check(
            f"Đổi tên, đổi mã của {unit.name}.",
            [
                ("Tên cũ", unit.name),
                ("Tên mới", data["name"]),
                ("Mã cũ", unit.code),
                ("Mã mới", data["code"]),
            ],
            ["Tên cũ và mã cũ vẫn tìm được.", _AUDITED],
        )

    def do(form: forms.RenameForm, actor: User) -> OrgUnit:
        data = form.cleaned_data
        return services.rename_unit(unit=unit, name=data["name"], code=data["code"], **form.based_on(), actor=actor)

    act = Act("Đổi tên, đổi mã", "Đổi tên", form, check, do, "Đã đổi tên đơn vị.")
    return _answer(request, unit, act)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit_to_edit(request, pk)
    names = ("kind", "founded_on", "has_seal", "central_code", "note")
    form = forms.EditForm(_data(request), unit=unit, initial={name: getattr(unit, name) for name in names})

    def check(form: forms.EditForm) -> Check:
        facts = [
            (form.fields[name].label, f"{in_words(getattr(unit, name))} → {in_words(form.cleaned_data[name])}")
            for name in names
            if (form.cleaned_data[name] or None) != (getattr(unit, name) or None)
        ]
        return Check(f"Sửa thông tin của {unit.name}.", facts, [_AUDITED])

    def do(form: forms.EditForm, actor: User) -> OrgUnit:
        values = {name: form.cleaned_data[name] for name in names}
        return services.edit_unit(unit=unit, **values, **form.based_on(), actor=actor)

    act = Act("Sửa thông tin", "Lưu thay đổi", form, check, do, "Đã lưu thông tin của đơn vị.")
    return _answer(request, unit, act)


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit_to_edit(request, pk)
    places = selectors.units_to_receive(request.user, unit) if unit.parent_id else []
    form = forms.MoveForm(_data(request), places=places)

    def check(form: forms.MoveForm) -> Check:
        new_parent = form.places[form.cleaned_data["new_parent"]]
        effects = [effect.sentence for effect in selectors.rights_effect(unit, new_parent)]
        return Check(
            f"Chuyển {unit.name} cùng mọi đơn vị bên dưới sang trực thuộc {new_parent.name}.",
            [("Cấp trên hiện nay", unit.parent.name), ("Cấp trên mới", new_parent.name)],
            [
                *(effects or ["Không ai được thêm hay mất quyền."]),
                "Vai trò đang giữ tại đơn vị và các đơn vị bên dưới giữ nguyên.",
                _AUDITED,
            ],
        )

    def do(form: forms.MoveForm, actor: User) -> OrgUnit:
        new_parent = form.places[form.cleaned_data["new_parent"]]
        return services.move_unit(unit=unit, new_parent=new_parent, **form.based_on(), actor=actor)

    act = Act(
        "Chuyển cấp trên",
        "Chuyển đơn vị",
        form,
        check,
        do,
        "Đã chuyển đơn vị sang cấp trên mới.",
        empty="" if places else "Không có đơn vị nào trong phạm vi của đồng chí được nhận loại hình này.",
    )
    return _answer(request, unit, act)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit_to_edit(request, pk)
    form = forms.ChangeForm(_data(request))

    def check(form: forms.ChangeForm) -> Check:
        return Check(
            f"{unit.name} kết thúc hoạt động.",
            [("Đơn vị", unit.name), ("Cấp trên trực tiếp", unit.parent.name)],
            [*selectors.roles_that_end([unit]), "Đơn vị vẫn tìm được, lịch sử được giữ nguyên.", _AUDITED],
            warning="Sau khi giải thể, đơn vị không nhận đảng viên, không tổ chức sinh hoạt, không gửi báo cáo.",
        )

    def do(form: forms.ChangeForm, actor: User) -> OrgUnit:
        return services.close_unit(unit=unit, **form.based_on(), actor=actor)

    act = Act(
        "Giải thể",
        "Giải thể",
        form,
        check,
        do,
        "Đơn vị đã kết thúc hoạt động.",
        hint="Chỉ giải thể được khi không còn đảng viên và đơn vị trực thuộc. Nếu còn, đồng chí dùng «Nhận sáp nhập» ở "
        "trang của đơn vị sẽ tiếp nhận.",
    )
    return _answer(request, unit, act)


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit_to_edit(request, pk)
    form = forms.ChangeForm(_data(request))

    def check(form: forms.ChangeForm) -> Check:
        effects = ["Các vai trò đã thu hồi khi giải thể không được giao lại.", _AUDITED]
        return Check(f"{unit.name} hoạt động trở lại.", [("Đơn vị", unit.name)], effects)

    def do(form: forms.ChangeForm, actor: User) -> OrgUnit:
        return services.reopen_unit(unit=unit, **form.based_on(), actor=actor)

    act = Act("Cho hoạt động trở lại", "Cho hoạt động", form, check, do, "Đơn vị đã hoạt động trở lại.")
    return _answer(request, unit, act)


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """`unit` is the one that takes the others up."""
    unit, _ = unit_or_404(request.user, pk)
    if not policies.may_receive(request.user, unit):
        raise PermissionDenied
    units = selectors.units_to_merge(request.user, unit)
    form = forms.MergeForm(_data(request), units=units)

    def sources(form: forms.MergeForm) -> list[OrgUnit]:
        return [form.units[pk] for pk in form.cleaned_data["sources"]]

    def check(form: forms.MergeForm) -> Check:
        merged = sources(form)
        effects = []
        for one in merged:
            below = OrgUnit.objects.filter(parent=one, closed_on=None).count()
            follows = [*follower_previews(one), *([f"{below} đơn vị trực thuộc"] if below else [])]
            effects.append(f"Từ {one.name} chuyển sang {unit.name}: {', '.join(follows) or 'không có gì'}.")
        told = selectors.rights_effects([selectors.of_merge(one, unit) for one in merged])
        effects += dict.fromkeys(effect.sentence for each in told for effect in each)
        effects += [f"{one.name} kết thúc hoạt động; tên cũ vẫn tìm được." for one in merged]
        effects += [*selectors.roles_that_end(merged), _AUDITED]
        return Check(
            f"Sáp nhập {len(merged)} đơn vị vào {unit.name}.",
            [("Đơn vị tiếp nhận", unit.name), ("Đơn vị sáp nhập", "; ".join(one.name for one in merged))],
            effects,
            warning="Việc sáp nhập không lùi lại được. Sinh hoạt, báo cáo đã hoàn thành vẫn ở đơn vị cũ.",
        )

    def do(form: forms.MergeForm, actor: User) -> OrgUnit:
        return services.merge_units(sources=sources(form), target=unit, **form.based_on(), actor=actor)

    act = Act(
        "Nhận sáp nhập",
        "Sáp nhập",
        form,
        check,
        do,
        "Đã sáp nhập.",
        empty="" if units else "Không có đơn vị nào cùng loại hình, trong phạm vi của đồng chí, sáp nhập vào đây được.",
    )
    return _answer(request, unit, act)


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit_to_edit(request, pk)
    children = list(OrgUnit.objects.filter(parent=unit, closed_on=None).order_by("lft"))
    form = forms.SplitForm(_data(request), children=children, unit=unit)

    def check(form: forms.SplitForm) -> Check:
        data = form.cleaned_data
        moving = [form.children_by_pk[pk].name for pk in data.get("children", [])]
        return Check(
            f"Lập {data['name']} tách ra từ {unit.name}.",
            [
                ("Tên đơn vị mới", data["name"]),
                ("Mã đơn vị mới", data["code"]),
                ("Loại hình", unit.kind.label),
                ("Đơn vị trực thuộc chuyển sang", "; ".join(moving)),
                *form.selected_words(),
            ],
            [f"{unit.name} tiếp tục hoạt động, giữ những gì đồng chí không chọn.", _AUDITED],
        )

    def do(form: forms.SplitForm, actor: User) -> OrgUnit:
        data = form.cleaned_data
        part = services.Part(data["code"], data["name"], frozenset(data.get("children", [])), form.selected())
        (new,) = services.split_unit(unit=unit, parts=[part], **form.based_on(), actor=actor)
        return new

    act = Act(
        "Chia tách",
        "Chia tách",
        form,
        check,
        do,
        "Đã lập đơn vị mới.",
        hint="Mỗi lần lập một đơn vị mới, cùng loại hình và cùng cấp trên. Chia thành nhiều đơn vị thì làm nhiều lần.",
    )
    return _answer(request, unit, act)
