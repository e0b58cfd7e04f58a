import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from orgtree.models import OrgUnit

from . import figures
from .enums import (
    CorrectionState,
    Gender,
    PoliticalTheory,
    PostCode,
    Precision,
    ProfessionalLevel,
    Standing,
    Status,
)


def _precision() -> models.CharField:
    return models.CharField(max_length=5, choices=Precision, default=Precision.DAY)


@pghistory.track(exclude=["name_sort", "search_key", "updated_at"])
class Member(models.Model):
    """The nine items of regulation 339 and what the congress statistics need, nothing else (DESIGN §4). The citizen id
    stands on the account; a date with less than day precision holds its first day."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="member")
    branch = models.ForeignKey(OrgUnit, models.PROTECT, related_name="members", verbose_name="Chi bộ")
    full_name = models.CharField("Họ và tên", max_length=120)
    name_sort = models.BinaryField(max_length=400, editable=False)
    search_key = models.CharField(max_length=200, editable=False)
    gender = models.CharField("Giới tính", max_length=6, choices=Gender, blank=True)
    birth_date = models.DateField("Ngày sinh", null=True, blank=True)
    birth_precision = _precision()
    phone = models.CharField("Số điện thoại", max_length=15, blank=True)
    ethnicity = models.CharField("Dân tộc", max_length=30, blank=True)
    professional_level = models.CharField("Trình độ chuyên môn", max_length=12, choices=ProfessionalLevel, blank=True)
    political_theory = models.CharField("Lý luận chính trị", max_length=12, choices=PoliticalTheory, blank=True)
    card_number = models.CharField("Số thẻ đảng viên", max_length=12, blank=True)
    admission_date = models.DateField("Ngày vào Đảng", null=True, blank=True)
    admission_precision = _precision()
    admission_decision_date = models.DateField("Ngày quyết định kết nạp", null=True, blank=True)
    official_date = models.DateField("Ngày chính thức", null=True, blank=True)
    official_precision = _precision()
    standing = models.CharField("Tư cách", max_length=12, choices=Standing, default=Standing.OFFICIAL)
    status = models.CharField("Tình trạng", max_length=16, choices=Status, default=Status.ACTIVE)
    no_smartphone = models.BooleanField("Không dùng điện thoại thông minh", default=False)
    posts_text = models.CharField("Chức vụ ghi trong danh sách", max_length=300, blank=True)
    posts_unclear = models.BooleanField(default=False, editable=False)
    left_on = models.DateField("Ngày ra khỏi Đảng", null=True, blank=True)
    activated_at = models.DateTimeField("Kích hoạt lúc", null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["branch", "name_sort"], name="member_branch_name"),
            models.Index(fields=["name_sort", "id"], name="member_name"),
            models.Index(fields=["card_number"], name="member_card"),
            models.Index(fields=["phone"], name="member_phone"),
            GinIndex(OpClass(F("search_key"), name="gin_trgm_ops"), name="member_search"),
        ]
        constraints = [
            models.CheckConstraint(
                name="member_official_not_before_admission",
                # A year alone holds its first of January, which may well lie before the day of admission.
                condition=Q(official_date=None)
                | Q(admission_date=None)
                | Q(official_date__gte=F("admission_date"))
                | ~Q(official_precision=Precision.DAY),
            ),
        ]
        triggers = figures.member_triggers()

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("members:member", args=[self.pk])

    @property
    def citizen_id(self) -> str:
        return self.account.citizen_id


class AccountOfMember(User):
    """The account as members see it: whatever path activates it, the record says so in the same transaction, and with
    it the figures along the tree."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="activation_reaches_the_record",
                operation=pgtrigger.UpdateOf("activated_at"),
                when=pgtrigger.After,
                condition=pgtrigger.Q(old__activated_at__df=pgtrigger.F("new__activated_at")),
                func="""
                    UPDATE members_member SET activated_at = NEW.activated_at
                    WHERE account_id = NEW.id AND activated_at IS DISTINCT FROM NEW.activated_at;
                    RETURN NULL;
                """,
            )
        ]


pgtrigger.register(
    pgtrigger.Trigger(
        name="activation_of_the_account",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        condition=pgtrigger.Q(new__activated_at=None),
        func="""
            NEW.activated_at = (SELECT activated_at FROM accounts_user WHERE id = NEW.account_id);
            RETURN NEW;
        """,
    )
)(Member)


class BranchStay(models.Model):
    """When a member belonged to which branch. Written by a trigger on Member alone, so that it can never disagree:
    one open stay for each member, the member's branch."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="stays")
    branch = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(until=None), name="member_one_branch_at_a_time")
        ]


pgtrigger.register(
    pgtrigger.Trigger(
        name="keep_branch_stays",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("branch_id"),
        when=pgtrigger.After,
        func="""
            IF TG_OP = 'UPDATE' THEN
                IF NEW.branch_id = OLD.branch_id THEN RETURN NULL; END IF;
                UPDATE members_branchstay SET until = now() WHERE member_id = NEW.id AND until IS NULL;
            END IF;
            INSERT INTO members_branchstay (member_id, branch_id, since) VALUES (NEW.id, NEW.branch_id, now());
            RETURN NULL;
        """,
    )
)(Member)


@pghistory.track()
class Post(models.Model):
    """A post that a member holds in a unit: his own branch or a committee above it."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="posts")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="posts")
    code = models.CharField("Chức vụ", max_length=30, choices=PostCode)
    begins_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "code"], condition=Q(ends_on=None), name="post_held_in_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "unit", "code"], condition=Q(ends_on=None), name="post_held_once"
            ),
            models.CheckConstraint(
                name="post_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(begins_on=None) | Q(ends_on__gte=F("begins_on")),
            ),
        ]
        triggers = figures.post_triggers()

    def __str__(self) -> str:
        return self.get_code_display()


class TemporaryStay(models.Model):
    """Sinh hoạt đảng tạm thời: a member of one branch takes part in another's meetings, without a vote there
    (domain.md §4.5). His own branch keeps his record and counts him."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="temporary_stays")
    branch = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="temporary_members", verbose_name="Chi bộ tiếp nhận"
    )
    begins_on = models.DateField("Từ ngày")
    ends_on = models.DateField("Đến ngày", null=True, blank=True)

    class Meta:
        ordering = ["member", "-begins_on"]
        indexes = [models.Index(fields=["branch", "begins_on"], name="temporary_stay_at_branch")]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(ends_on=None), name="temporary_stay_one_runs"),
            models.CheckConstraint(
                name="temporary_stay_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
            ),
        ]

    @property
    def runs(self) -> bool:
        """Begun or to begin, and not over."""
        return self.ends_on is None or self.ends_on >= timezone.localdate()


class CorrectionRequest(models.Model):
    """A member asks to have a field of his record put right; what he may not change himself an officer decides."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="correction_requests")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name="Đơn vị giải quyết")
    field = models.CharField("Mục cần đính chính", max_length=30)
    wanted = models.CharField("Nội dung đúng", max_length=200)
    note = models.CharField("Căn cứ", max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=CorrectionState, default=CorrectionState.OPEN)
    made_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField("Lý do", max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["unit"], condition=Q(state="open"), name="correction_open_in_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "field"], condition=Q(state="open"), name="correction_asked_once"
            ),
            models.CheckConstraint(
                name="correction_decided_iff_signed",
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="correction_refused_with_reason", condition=~Q(state="refused") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"Đề nghị đính chính số {self.pk}"


class ListedMember(models.Model):
    """A member stood in a list that somebody took out (export, call list): the line of the audit that tells who and
    when. It answers "who took my data out" without reading every list (features A9)."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    entry_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["member", "-entry_id"], name="listed_member")]


from .imports.models import ImportBatch, ImportBlock, ImportRow  # noqa: E402, F401 (Django finds models here)
