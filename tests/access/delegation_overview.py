from delegation.giving_many import selection_of, start_giving
from delegation.models import ManyGiven
from delegation.suggestions import VALUES, suggestions_for
from members.enums import PostCode
from members.models import Post
from orgtree.rights import forget_holdings
from tests.access import row

_REFUSED = {"member": 403, "inspector": 403}
_GIVERS = dict.fromkeys(("secretary", "other_secretary", "committee", "org_department", "outsider"), 200)
_SHOWN = {"member": 403} | dict.fromkeys(
    ("secretary", "other_secretary", "committee", "org_department", "inspector", "outsider"), 200
)
# A giving of the committee's: nobody else's.
_ONLY_COMMITTEE = {"committee": 200} | dict.fromkeys(
    ("member", "secretary", "other_secretary", "org_department", "inspector", "outsider"), 404
)


def _suggested(world) -> Post:
    """Someone of the branch right below the company is its secretary by the lists."""
    post, _ = Post.objects.get_or_create(member=world.people["secretary"], unit=world.section, code=PostCode.SECRETARY)
    return post


def _picked(world) -> dict:
    return {"one": _suggested(world).pk}


def _many(world) -> list[int]:
    many = ManyGiven.objects.first()
    if many is None:
        _suggested(world)
        forget_holdings(world.committee)
        selection = selection_of(suggestions_for(world.committee).values(*VALUES))
        many = start_giving(selection=selection, actor=world.committee)
    return [many.pk]


ROWS = {
    "delegation:suggestions": row("get", **_REFUSED, **_GIVERS),
    "delegation:suggestion_search": row(
        "post", data=lambda world: {"q": "le"}, **_REFUSED, **dict.fromkeys(_GIVERS, 302)
    ),
    # Whoever may not give there is led back to his own list.
    "delegation:suggestion_check": row(
        "post", data=_picked, **_REFUSED, **dict.fromkeys(_GIVERS, 302) | {"committee": 200}
    ),
    "delegation:many": row("get", _many, **_ONLY_COMMITTEE),
    "delegation:many_xlsx": row("get", _many, **_ONLY_COMMITTEE),
    "delegation:refused": row("get", **_REFUSED, **_GIVERS),
    "delegation:progress": row("get", **_SHOWN),
    "delegation:progress_xlsx": row("get", **_SHOWN),
    "delegation:progress_units": row("get", **_SHOWN),
    "delegation:progress_units_xlsx": row("get", **_SHOWN),
}
