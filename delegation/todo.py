"""What waits on the home page for who hands rights down."""

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.todo import Todo
from common.ui.numbers import vi_number
from members.enums import PostCode, Standing
from orgtree.enums import ROLES, Reach, Right, Role
from orgtree.rights import has_right_anywhere, holdings_of

from .conditions import STEP
from .eligibility import OFFICIAL_ONLY, RECEIVING, suggested_role
from .steps import NO_STEP, STEPS, posts_for

# `suggestions_for` of what the reader gives directly and nothing hinders, and `leaderless` of the units right below.
# Written by hand, each part planned for itself: as one join the planning alone costs more than the home page.
_COUNTS = f"""
    WITH units AS MATERIALIZED (
        SELECT u.id, u.parent_id, coalesce({STEP}, {NO_STEP}) AS step
        FROM orgtree_orgunit u
        JOIN orgtree_unitkind k ON k.id = u.kind_id
        JOIN orgtree_orgunit p ON p.id = u.parent_id
        JOIN orgtree_unitkind pk ON pk.id = p.kind_id
        WHERE u.parent_id = ANY(%(sources)s) AND u.closed_on IS NULL
    ),
    led AS MATERIALIZED (
        SELECT g.unit_id, g.user_id
        FROM orgtree_grant g JOIN accounts_user a ON a.id = g.user_id
        WHERE g.unit_id IN (SELECT id FROM units) AND g.role = 'secretary' AND g.revoked_at IS NULL AND a.is_active
          AND g.begins_on <= %(today)s AND (g.ends_on IS NULL OR g.ends_on >= %(today)s)
    ),
    called AS MATERIALIZED (
        SELECT o.id, o.unit_id, o.member_id, o.code, f.role
        FROM units u
        JOIN members_post o ON o.unit_id = u.id AND o.ends_on IS NULL
        JOIN unnest(%(steps)s::int[], %(codes)s::text[], %(roles)s::text[]) AS f(step, code, role)
          ON f.step = u.step AND f.code = o.code
        JOIN unnest(%(givers)s::bigint[], %(gives)s::text[]) AS s(id, role) ON s.id = u.parent_id AND s.role = f.role
    )
    SELECT (
        SELECT count(DISTINCT c.id)
        FROM called c
        JOIN members_member m ON m.id = c.member_id
        JOIN accounts_user a ON a.id = m.account_id
        JOIN orgtree_orgunit b ON b.id = m.branch_id
        WHERE m.account_id <> %(user)s AND (b.id = c.unit_id OR b.ancestor_ids @> ARRAY[c.unit_id])
          AND m.status = %(receiving)s AND a.is_active
          AND (m.standing = %(official)s OR c.role <> ALL(%(official_only)s))
          AND NOT EXISTS (
              SELECT 1 FROM orgtree_grant g
              WHERE g.user_id = a.id AND g.unit_id = c.unit_id AND g.role = c.role AND g.revoked_at IS NULL
                AND (g.ends_on IS NULL OR g.ends_on >= %(today)s)
          )
          AND NOT (c.code = 'deputy_secretary' AND EXISTS (
              SELECT 1 FROM members_post x
              WHERE x.member_id = c.member_id AND x.unit_id = c.unit_id AND x.ends_on IS NULL
                AND x.code = 'standing_deputy_secretary'
          ))
          AND NOT (c.role = 'secretary' AND (
              EXISTS (SELECT 1 FROM led WHERE led.unit_id = c.unit_id AND led.user_id <> a.id)
              OR EXISTS (
                  SELECT 1 FROM members_post x
                  WHERE x.unit_id = c.unit_id AND x.code = 'secretary' AND x.ends_on IS NULL
                    AND x.member_id <> c.member_id
              )
          ))
    ), (
        SELECT count(*) FROM units u
        WHERE u.step <> {NO_STEP} AND NOT EXISTS (SELECT 1 FROM led WHERE led.unit_id = u.id)
    )
"""
_FITS = [
    (step, code.value, role.value)
    for step in STEPS
    for code in PostCode
    if (role := suggested_role(code)) and code in posts_for(step, role)
]


def counts_for(user: User) -> tuple[int, int]:
    """Suggestions that the reader can give at once as the direct superior, and units right below him where nobody
    holds the role of secretary. One query."""
    held = [one for one in holdings_of(user) if Right.DELEGATE in one.rights and one.reach == Reach.SUBTREE]
    gives = sorted({(one.unit_id, role.value) for one in held for role in ROLES[one.role].may_give})
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTS,
            {
                "user": user.pk,
                "today": timezone.localdate(),
                "sources": sorted({one.unit_id for one in held}),
                "givers": [unit for unit, _ in gives],
                "gives": [role for _, role in gives],
                "steps": [step for step, _, _ in _FITS],
                "codes": [code for _, code, _ in _FITS],
                "roles": [role for _, _, role in _FITS],
                "receiving": RECEIVING.value,
                "official": Standing.OFFICIAL.value,
                "official_only": sorted(role.value for role in OFFICIAL_ONLY),
            },
        )
        return cursor.fetchone()


def todos(user: User) -> list[Todo]:
    """Roles that the lists call for and that the reader can give at once; where there are none, the units that still
    have nobody (letter 001 §1: rights go down step by step). One query, none for who hands nothing down."""
    if not has_right_anywhere(user, Right.DELEGATE):
        return []
    suggested, units = counts_for(user)
    if suggested:
        text = "Các đồng chí có chức vụ trong danh sách nhưng chưa được giao vai trò trên Sổ tay."
        if units:
            text += f" {vi_number(units)} đơn vị chưa có vai trò {Role.SECRETARY.label}."
        url = f"{reverse('delegation:suggestions')}?vai=tat-ca&cap=truc-tiep&vuong=khong"
        return [Todo(f"{vi_number(suggested)} gợi ý phân quyền", text, url, "Xem gợi ý", "soon", suggested)]
    if units:
        text = "Chưa đồng chí nào được giao vai trò Bí thư trên Sổ tay, và danh sách chưa có ai để gợi ý."
        url = f"{reverse('delegation:progress_units')}?muc=con-lai&cap=truc-tiep"
        title = f"{vi_number(units)} đơn vị chưa có vai trò Bí thư"
        return [Todo(title, text, url, "Xem các đơn vị", "soon", units)]
    return []
