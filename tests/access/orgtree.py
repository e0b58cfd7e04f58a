from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from orgtree.models import UnitImport
from tests.access import row


def _form(**more):
    return lambda world: {"effective_on": f"{timezone.localdate():%d/%m/%Y}", **{k: v(world) for k, v in more.items()}}


def _waiting(world) -> list[int]:
    """A list that the organisation department has uploaded and dropped."""
    found = UnitImport.objects.first()
    if found is None:
        plan = {name: [] for name in ("new", "changed", "moved", "missing", "problems")} | {"rows": 0, "unchanged": 0}
        found = UnitImport.objects.create(
            label="Danh mục.xlsx",
            plan=plan,
            fingerprint="x",
            uploaded_by=world.org_department,
            state="dropped",
            closed_at=timezone.now(),
        )
    return [found.pk]


def _branch(world):
    return [world.branch.pk]


def _company(world):
    return [world.company.pk]


# Of the branch: its secretary sees it, but what changes it comes from above (403); who does not see it: 404.
_ABOVE_BRANCH = {
    "member": 403,
    "secretary": 403,
    "other_secretary": 404,
    "committee": 200,
    "org_department": 200,
    "inspector": 403,
    "outsider": 404,
}
# Of the company: its own secretary may take up and found, not rename it.
_ABOVE_COMPANY = _ABOVE_BRANCH | {"secretary": 403, "other_secretary": 403, "committee": 403}
_ONLY_TOP = {
    "member": 403,
    "secretary": 403,
    "other_secretary": 403,
    "committee": 403,
    "org_department": 200,
    "inspector": 403,
    "outsider": 403,
}
_ONLY_OWNER = dict.fromkeys(("member", "secretary", "other_secretary", "committee", "inspector", "outsider"), 404)

ROWS = {
    "orgtree:tree": row("get", everybody=200),
    "orgtree:search": row("post", data=lambda world: {"q": "chi bo"}, everybody=200),
    "orgtree:below": row("get", _company, everybody=200),
    "orgtree:kinds": row("get", **_ONLY_TOP),
    "orgtree:unit": row(
        "get",
        _branch,
        member=200,
        secretary=200,
        other_secretary=404,
        committee=200,
        org_department=200,
        inspector=200,
        outsider=404,
    ),
    "orgtree:unit · the committee above my branch": row(
        "get", _company, **dict.fromkeys(_ABOVE_BRANCH, 200) | {"outsider": 404}
    ),
    "orgtree:unit · another company": row(
        "get",
        lambda world: [world.other_company.pk],
        member=404,
        secretary=404,
        other_secretary=404,
        committee=404,
        org_department=200,
        inspector=200,
        outsider=200,
    ),
    "orgtree:create": row("get", _company, **_ABOVE_BRANCH | {"secretary": 403, "other_secretary": 403}),
    "orgtree:rename": row("get", _branch, **_ABOVE_BRANCH),
    "orgtree:rename · the company": row("get", _company, **_ABOVE_COMPANY),
    "orgtree:rename · confirmed": row(
        "post",
        _branch,
        data=_form(name=lambda w: "Chi bộ mới", code=lambda w: "T.X", confirm=lambda w: "yes"),
        **_ABOVE_BRANCH | {"committee": 302, "org_department": 302},
    ),
    "orgtree:edit": row("get", _branch, **_ABOVE_BRANCH),
    "orgtree:move": row("get", _branch, **_ABOVE_BRANCH),
    "orgtree:move · confirmed": row(
        "post",
        _branch,
        data=_form(new_parent=lambda w: w.company.pk, confirm=lambda w: "yes"),
        **_ABOVE_BRANCH | {"committee": 302, "org_department": 302},
    ),
    "orgtree:close": row("get", _branch, **_ABOVE_BRANCH),
    "orgtree:reopen": row("get", _branch, **_ABOVE_BRANCH),
    "orgtree:merge": row("get", _branch, **_ABOVE_BRANCH | {"secretary": 200}),
    "orgtree:merge · confirmed": row(
        "post",
        _branch,
        data=_form(sources=lambda w: w.sister.pk, confirm=lambda w: "yes"),
        # The branch's own secretary is offered nothing to take up.
        **_ABOVE_BRANCH | {"secretary": 200, "committee": 302, "org_department": 302},
    ),
    "orgtree:split": row("get", _branch, **_ABOVE_BRANCH),
    "orgtree:list_start": row("get", **_ONLY_TOP),
    "orgtree:list_start · not a workbook": row(
        "post", data=lambda world: {"file": SimpleUploadedFile("x.xlsx", b"x")}, **_ONLY_TOP
    ),
    "orgtree:list_plan": row("get", _waiting, org_department=200, **_ONLY_OWNER),
    "orgtree:list_confirm": row("post", _waiting, org_department=302, **_ONLY_OWNER),
    "orgtree:list_drop": row("post", _waiting, org_department=302, **_ONLY_OWNER),
}
