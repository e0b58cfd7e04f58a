from orgtree.enums import Role
from orgtree.models import Grant
from orgtree.services import give_grant
from tests.access import row

_GIVERS = ("secretary", "other_secretary", "committee", "org_department", "outsider")


def _of_section(world) -> list[int]:
    """A grant in the section, given by its direct superior."""
    found = Grant.objects.filter(unit=world.section, role=Role.DEPUTY_SECRETARY).first()
    if found is None:
        found = give_grant(
            user=world.people["member"].account, unit=world.section, role=Role.DEPUTY_SECRETARY, actor=world.committee
        )
    return [found.pk]


def _of_branch(world) -> list[int]:
    return [world.grants["secretary"].pk]


# The branch's superior, the section, has nobody who could: the organisation department may instead.
_BRANCH_SEEN = {
    "member": 404,
    "secretary": 200,
    "other_secretary": 404,
    "committee": 200,
    "org_department": 200,
    "inspector": 200,
    "outsider": 404,
}
_BRANCH_CHANGED = _BRANCH_SEEN | {"secretary": 403, "committee": 403, "inspector": 403}
# Of the section: its holder sees it, its direct superior changes it, the top does not reach past him.
_SECTION_SEEN = {
    "member": 200,
    "secretary": 404,
    "other_secretary": 404,
    "committee": 200,
    "org_department": 200,
    "inspector": 200,
    "outsider": 404,
}
_SECTION_CHANGED = _SECTION_SEEN | {"member": 403, "org_department": 403, "inspector": 403}
_GIVING = {"member": 403, "inspector": 403} | dict.fromkeys(_GIVERS, 200)


def _reasoned(world) -> dict:
    return {"keep": "het", "reason": "Thôi giữ chức vụ", "confirm": "yes", "seal": "x"}


ROWS = {
    "delegation:list": row("get", everybody=200),
    "delegation:search": row("post", data=lambda world: {"q": "Nguyễn"}, everybody=302),
    "delegation:find": row("get", **_GIVING),
    "delegation:find · by name": row("post", data=lambda world: {"q": "Nguyễn"}, **_GIVING),
    "delegation:new": row("get", **_GIVING | dict.fromkeys(_GIVERS, 302)),
    "delegation:check": row("get", **_GIVING | dict.fromkeys(_GIVERS, 302)),
    "delegation:grant": row("get", _of_branch, **_BRANCH_SEEN),
    "delegation:grant · of the section": row("get", _of_section, **_SECTION_SEEN),
    "delegation:take_back": row("get", _of_branch, **_BRANCH_CHANGED),
    "delegation:take_back · of the section": row("get", _of_section, **_SECTION_CHANGED),
    "delegation:take_back · confirmed": row("post", _of_section, data=_reasoned, **_SECTION_CHANGED),
    "delegation:hand_over": row("get", _of_branch, **_BRANCH_CHANGED | {"org_department": 302}),
    "delegation:hand_over · of the section": row("get", _of_section, **_SECTION_CHANGED | {"committee": 302}),
    "delegation:term": row("get", _of_branch, **_BRANCH_CHANGED),
    "delegation:term · of the section": row("get", _of_section, **_SECTION_CHANGED),
    "delegation:term · confirmed": row(
        "post",
        _of_section,
        data=lambda world: {"ends_on": "01/12/2099", "confirm": "yes"},
        **_SECTION_CHANGED | {"committee": 302},
    ),
}
