"""Writing a record: made by hand, changed by who keeps it, its phone by the member himself."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import NO_PASSWORD, User
from accounts.sign_on.bindings import forget_bindings
from audit.services import record
from common.errors import RuleViolation
from common.text import name_sort_key, search_key
from notifications.services import notify
from orgtree.locks import keep_units_open
from orgtree.models import OrgUnit

from .. import fields
from ..enums import Standing
from ..models import Member
from ..policies import may_add_member, may_edit
from ..selectors.history import HistoryEntry, history_of, version_of
from ..selectors.records import members_seen_by, roles_out_of_reach


class EditedMeanwhile(RuleViolation):
    """Somebody else changed the record after the form was opened; `entries` tells what, `version` what is now."""

    def __init__(self, entries: list[HistoryEntry], version: str) -> None:
        super().__init__("Hồ sơ vừa được người khác sửa trong lúc đồng chí đang nhập. Nội dung đồng chí nhập vẫn còn.")
        self.entries = entries
        self.version = version


def derived(full_name: str) -> dict[str, object]:
    """The columns that follow from a name."""
    return {"name_sort": name_sort_key(full_name), "search_key": search_key(full_name)}


def check_sound(values: Mapping[str, object]) -> None:
    """What no record may say, whoever writes it by hand. `values`: columns of Member."""

    def day(column: str) -> date | None:
        return values.get(column)  # type: ignore[return-value]

    birth, admission, official = day("birth_date"), day("admission_date"), day("official_date")
    decision = day("admission_decision_date")
    if birth and admission and admission.year - birth.year < 16:
        raise RuleViolation("Ngày vào Đảng quá gần ngày sinh. Đồng chí xem lại hai ngày này.")
    if admission and official and official < admission:
        raise RuleViolation("Ngày chính thức phải từ ngày vào Đảng trở đi.")
    if decision and admission and decision > admission:
        raise RuleViolation("Ngày quyết định kết nạp không thể sau ngày vào Đảng (ngày làm lễ kết nạp).")
    if values.get("standing") == Standing.PROBATIONARY and official:
        raise RuleViolation("Đảng viên dự bị chưa có ngày chính thức. Đồng chí sửa tư cách hoặc bỏ ngày chính thức.")


def _check_free(citizen_id: str, actor: User | None) -> None:
    taken = Member.objects.select_related("branch").filter(account__citizen_id=citizen_id).first()
    if taken is None and not User.objects.filter(citizen_id=citizen_id).exists():
        return
    seen = taken is not None and (actor is None or members_seen_by(actor).filter(pk=taken.pk).exists())
    if seen:
        raise RuleViolation(
            f"Số định danh này là của đồng chí {taken.full_name}, {taken.branch.name}. Đồng chí xem lại số vừa nhập."
        )
    raise RuleViolation(
        "Số định danh này đã có trong hệ thống, ở nơi đồng chí không quản lý. Đồng chí liên hệ Ban Tổ chức cấp trên."
    )


def check_holds_members(branch: OrgUnit) -> None:
    if not branch.is_open:
        raise RuleViolation(f"{branch.name} đã kết thúc hoạt động, không nhận thêm đảng viên.")
    if not branch.kind.holds_members:
        raise RuleViolation(f"{branch.name} không trực tiếp có đảng viên. Đồng chí chọn một chi bộ.")


@transaction.atomic
def create_member(*, branch: OrgUnit, values: Mapping[str, object], actor: User | None) -> Member:
    """A new record with its account, which nobody can sign in to until it is activated. `values`: columns of Member
    and `citizen_id`. No actor: the server itself."""
    keep_units_open([branch.pk])
    branch = OrgUnit.objects.select_related("kind").get(pk=branch.pk)
    if actor is not None and not may_add_member(actor, branch):
        raise PermissionDenied
    check_holds_members(branch)
    values = dict(values)
    citizen_id = str(values.pop("citizen_id"))
    full_name = str(values["full_name"])
    check_sound(values)
    _check_free(citizen_id, actor)
    account = User.objects.create(citizen_id=citizen_id, full_name=full_name, password=NO_PASSWORD)
    member = Member.objects.create(account=account, branch=branch, **values, **derived(full_name))
    record("member.created", actor=actor, target=member, unit=branch, detail={"branch": branch.name})
    return member


@transaction.atomic
def update_member(*, member: Member, values: Mapping[str, object], version: str = "", actor: User | None) -> list[str]:
    """Change columns of a record (and `citizen_id` of its account). With `version`, as the form was opened: if the
    record has changed since, EditedMeanwhile. Returns the labels of the fields that changed; the member is told."""
    member = Member.objects.select_for_update(of=("self",)).select_related("branch", "account").get(pk=member.pk)
    if actor is not None and not may_edit(actor, member):
        raise PermissionDenied
    if version and version != version_of(member):
        sight = fields.Sight.OFFICER
        raise EditedMeanwhile(history_of(member, sight, since=version), version_of(member))
    values = dict(values)
    citizen_id = str(values.pop("citizen_id", member.account.citizen_id))
    changed = {column for column, value in values.items() if getattr(member, column) != value}
    for column in changed:
        setattr(member, column, values[column])
    check_sound(vars(member))
    account = member.account
    if citizen_id != account.citizen_id:
        # He signs in with it: a branch could lock out who leads it.
        if role := roles_out_of_reach(actor, [account.pk]).get(account.pk):
            raise RuleViolation(
                f"Đồng chí {member.full_name} đang giữ vai trò {role}: số định danh do cấp quản lý vai trò đó sửa."
            )
        _check_free(citizen_id, actor)
        account.citizen_id = citizen_id
        # Whom the provider proved by the old number is somebody else.
        forget_bindings(user=account)
        changed.add("citizen_id")
    if "full_name" in changed:
        account.full_name = member.full_name
        for column, value in derived(member.full_name).items():
            setattr(member, column, value)
    labels = [field.label for field in fields.FIELDS.values() if changed & set(field.columns)]
    if not labels:
        return []
    member.save()
    account.save(update_fields=["citizen_id", "full_name"])
    record("member.edited", actor=actor, target=member, unit=member.branch_id, detail={"fields": ", ".join(labels)})
    notify(
        "members.record_changed",
        users=[member.account_id],
        text=f"Hồ sơ của đồng chí vừa được sửa: {', '.join(labels)}.",
        url=member.get_absolute_url(),
    )
    return labels


@transaction.atomic
def update_contact(*, member: Member, phone: str, no_smartphone: bool, actor: User) -> list[str]:
    """What a member changes himself: his phone, and that he has no smartphone. Returns the labels changed."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.account_id != actor.pk:
        raise PermissionDenied
    labels = []
    for column, value in (("phone", phone), ("no_smartphone", no_smartphone)):
        if getattr(member, column) != value:
            setattr(member, column, value)
            labels.append(fields.FIELDS[column].label)
    if labels:
        member.save(update_fields=["phone", "no_smartphone", "updated_at"])
        record(
            "member.contact_changed",
            actor=actor,
            target=member,
            unit=member.branch_id,
            detail={"fields": ", ".join(labels)},
        )
    return labels
