import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from guardian.models import UserObjectPermissionBase
from mptt.models import MPTTModel, TreeForeignKey

from .enums import ChangeKind, ImportState, ModelVersion, Reach, Right, Role


class UnitKind(models.Model):
    """Kinds of unit are data (domain.md §2.2, §2.6): the rules that name them change with each regulation."""

    code = models.SlugField(max_length=30, unique=True, allow_unicode=False)
    label = models.CharField(max_length=120)
    short_label = models.CharField(max_length=60)
    model_version = models.CharField(max_length=4, choices=ModelVersion, default=ModelVersion.LETTERS)
    rank = models.PositiveSmallIntegerField(default=0, help_text="Thứ tự khi liệt kê, từ trên xuống")
    holds_members = models.BooleanField(default=False)
    may_be_top = models.BooleanField(default=False)
    is_grassroots = models.BooleanField(default=False, help_text="Tổ chức cơ sở đảng")
    above_grassroots = models.BooleanField(default=False, help_text="Là hoặc được giao quyền cấp trên cơ sở")
    # Soft limits (domain.md §2.3): a warning on the unit's page, no refusal.
    least_official = models.PositiveSmallIntegerField(null=True, blank=True)
    least_members = models.PositiveSmallIntegerField(null=True, blank=True)
    most_members = models.PositiveSmallIntegerField(null=True, blank=True)
    too_few_hint = models.CharField(max_length=200, blank=True)
    too_many_hint = models.CharField(max_length=200, blank=True)
    legal_parents = models.ManyToManyField("self", symmetrical=False, related_name="legal_children", blank=True)
    accepted_labels = ArrayField(
        models.CharField(max_length=160), default=list, help_text="Cách gọi trong danh sách, đã bỏ dấu"
    )

    class Meta:
        ordering = ["model_version", "rank", "code"]

    def __str__(self) -> str:
        return self.label


_IS_BRANCH = """({u}.closed_on IS NULL AND
    (SELECT k.holds_members FROM orgtree_unitkind k WHERE k.id = {u}.kind_id))::int"""


class OrgUnit(MPTTModel):
    """A Party organisation in the tree. Written through `orgtree.services` alone, under one lock per tree: without
    it the intervals break under two writers (performance.md §C)."""

    parent = TreeForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    ancestor_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    code = models.CharField("Mã tổ chức", max_length=40, unique=True)
    name = models.CharField("Tên tổ chức đảng", max_length=200)
    search_key = models.CharField(max_length=260, editable=False)
    # Of the code: siblings stand in this order, numbers by value (B2 before B10).
    order_key = models.BinaryField(max_length=200, editable=False, default=b"")
    kind = models.ForeignKey(UnitKind, models.PROTECT, related_name="units", verbose_name="Loại hình")
    founded_on = models.DateField("Ngày thành lập", null=True, blank=True)
    closed_on = models.DateField("Ngày kết thúc", null=True, blank=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    has_seal = models.BooleanField("Có con dấu", default=False)
    central_code = models.CharField("Mã theo Quy định 208", max_length=18, blank=True)
    note = models.CharField("Ghi chú", max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["tree_id", "lft"], name="unit_tree_lft"),
            GinIndex(fields=["ancestor_ids"], name="unit_ancestors"),
            GinIndex(OpClass(F("search_key"), name="gin_trgm_ops"), name="unit_search"),
        ]
        constraints = [
            models.CheckConstraint(name="unit_interval_sound", condition=Q(rght__gt=F("lft"))),
            models.CheckConstraint(name="unit_not_own_parent", condition=~Q(parent=F("id"))),
            models.CheckConstraint(
                name="unit_merged_is_closed", condition=Q(merged_into=None) | Q(closed_on__isnull=False)
            ),
        ]
        triggers = [
            # At commit every unit's ancestors are its parent's and the parent: no cycle can be stored, whatever
            # code wrote it.
            pgtrigger.Trigger(
                name="ancestors_follow_parent",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id", "ancestor_ids", "level"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM orgtree_orgunit u LEFT JOIN orgtree_orgunit p ON p.id = u.parent_id
                        WHERE u.id = NEW.id AND (
                            u.level <> cardinality(u.ancestor_ids)
                            OR u.ancestor_ids <> CASE WHEN p.id IS NULL THEN '{}'::bigint[]
                                                      ELSE p.ancestor_ids || p.id END)
                    ) THEN
                        RAISE EXCEPTION 'unit % does not stand below its parent', NEW.id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
            # How many open branches stand below a unit (figure "branches"); whoever deletes a unit has to recount.
            pgtrigger.Trigger(
                name="branches_counted",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("closed_on", "kind_id"),
                when=pgtrigger.After,
                declare=[("before", "int"), ("after", "int")],
                func=f"""
                    after := {_IS_BRANCH.format(u="NEW")};
                    before := 0;
                    IF TG_OP = 'UPDATE' THEN
                        IF OLD.kind_id = NEW.kind_id AND (OLD.closed_on IS NULL) = (NEW.closed_on IS NULL) THEN
                            RETURN NULL;
                        END IF;
                        before := {_IS_BRANCH.format(u="OLD")};
                    END IF;
                    IF after <> before THEN
                        INSERT INTO orgtree_figuredelta (unit_id, measure, delta)
                        VALUES (NEW.id, 'branches', after - before);
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]
        permissions = [(right.value, right.label) for right in Right]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("orgtree:unit", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class FormerName(models.Model):
    """A name that a unit bore before; it is found by it for ever."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=40)
    search_key = models.CharField(max_length=260)
    until = models.DateField()

    class Meta:
        indexes = [GinIndex(OpClass(F("search_key"), name="gin_trgm_ops"), name="former_name_search")]


class UnitChange(models.Model):
    """A line of a unit's history: what happened to it, from when, by which decision."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=ChangeKind)
    effective_on = models.DateField()
    other_unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True, related_name="+")
    before = models.CharField(max_length=900, blank=True)
    after = models.CharField(max_length=900, blank=True)
    decision = models.CharField("Quyết định số", max_length=120, blank=True)
    reason = models.CharField("Lý do", max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-effective_on", "-id"]


class CommitteeTerm(models.Model):
    """The term of a unit's committee, from congress to congress: documents are numbered by it (domain.md §6.2)."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="terms")
    name = models.CharField("Nhiệm kỳ", max_length=20)
    begins_on = models.DateField("Từ ngày")
    ends_on = models.DateField("Đến ngày", null=True, blank=True)

    class Meta:
        ordering = ["unit", "-begins_on"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="term_named_once"),
            models.UniqueConstraint(fields=["unit"], condition=Q(ends_on=None), name="term_one_runs"),
            models.CheckConstraint(
                name="term_ends_after_it_begins", condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role handed to an account on one unit: one row, nothing written for the units below (DESIGN §3)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="grants")
    role = models.CharField("Vai trò", max_length=20, choices=Role)
    reach = models.CharField("Phạm vi", max_length=8, choices=Reach, default=Reach.SUBTREE)
    begins_on = models.DateField("Từ ngày")
    ends_on = models.DateField("Đến hết ngày", null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="grants_given")
    given_under = models.ForeignKey("self", models.PROTECT, null=True, related_name="grants_below")
    given_at = models.DateTimeField(db_default=Now())
    instead_of_below = models.BooleanField("Thay cấp dưới", default=False)
    reason = models.CharField("Lý do", max_length=500, blank=True)
    # The post by which it was received, as the app above names it; blank: named with a reason, or by the server.
    basis = models.CharField("Căn cứ", max_length=40, blank=True)
    # A hand-over: the grant that this one takes the place of.
    succeeds = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoke_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user"], condition=Q(revoked_at=None), name="grant_living_of_user"),
            models.Index(fields=["unit"], condition=Q(revoked_at=None), name="grant_living_on_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], condition=Q(revoked_at=None), name="grant_once_while_living"
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_begins", condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on"))
            ),
            models.CheckConstraint(name="grant_not_to_oneself", condition=Q(given_by=None) | ~Q(given_by=F("user"))),
            models.UniqueConstraint(
                fields=["succeeds"], condition=Q(revoked_at=None), name="grant_has_one_living_successor"
            ),
        ]
        triggers = [
            # At commit no grant lives under one that was taken back, ends before it, belongs to the same person or
            # hangs from it. The row above is held, so that it cannot be taken back at the same moment unseen.
            pgtrigger.Trigger(
                name="stands_under_a_living_one",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("revoked_at", "ends_on", "given_under_id", "user_id"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=[("one", "orgtree_grant"), ("above", "orgtree_grant")],
                func="""
                    SELECT * INTO one FROM orgtree_grant WHERE id = NEW.id;
                    IF one.revoked_at IS NULL AND one.given_under_id IS NOT NULL THEN
                        SELECT * INTO above FROM orgtree_grant WHERE id = one.given_under_id FOR SHARE;
                        IF above.revoked_at IS NOT NULL OR above.user_id = one.user_id
                            OR (above.ends_on IS NOT NULL AND (one.ends_on IS NULL OR one.ends_on > above.ends_on))
                            OR EXISTS (
                                WITH RECURSIVE up(id, given_under_id) AS (
                                    SELECT above.id, above.given_under_id
                                    UNION SELECT g.id, g.given_under_id
                                    FROM orgtree_grant g JOIN up ON g.id = up.given_under_id)
                                SELECT 1 FROM up WHERE up.id = one.id)
                        THEN
                            RAISE EXCEPTION 'grant % does not stand under a living one', one.id
                                USING ERRCODE = 'check_violation';
                        END IF;
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM orgtree_grant g
                        WHERE g.given_under_id = one.id AND g.revoked_at IS NULL AND (
                            one.revoked_at IS NOT NULL OR g.user_id = one.user_id
                            OR (one.ends_on IS NOT NULL AND (g.ends_on IS NULL OR g.ends_on > one.ends_on)))
                    ) THEN
                        RAISE EXCEPTION 'grants outlive %, under which they were given', one.id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.unit_id}"


class UnitPermission(UserObjectPermissionBase):
    """django-guardian's effective rows, on the granted unit only; kept in step with the living grants."""

    content_object = models.ForeignKey(OrgUnit, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class Figure(models.Model):
    """A count along the tree: `here` on the unit itself, `below` with all under it. Read through
    `selectors.figures`, which adds what waits in FigureDelta."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="figures")
    measure = models.CharField(max_length=40)
    here = models.BigIntegerField(default=0)
    below = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "measure"], name="figure_once")]


class FigureDelta(models.Model):
    """What a transaction adds to a unit's own count. Folded into Figure by a job: updating the ancestors' rows
    at once would make every writer wait for the top unit's row (performance.md §C)."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    measure = models.CharField(max_length=40)
    delta = models.BigIntegerField()


class UnitImport(models.Model):
    """A list of units that was read and waits to be confirmed. The workbook goes at confirmation or after a day;
    `plan` is what the reader was shown, `fingerprint` tells whether the tree has changed since."""

    file = models.FileField(upload_to="unit-lists/", blank=True)
    label = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    plan = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["uploaded_by", "-id"], name="unit_import_of_user")]
        constraints = [
            models.CheckConstraint(
                name="unit_import_closed_without_file",
                condition=Q(state=ImportState.WAITING, closed_at=None)
                | (~Q(state=ImportState.WAITING) & Q(closed_at__isnull=False, file="")),
            )
        ]

    def __str__(self) -> str:
        return self.label
