from accounts.models import User
from members.activation.opening import open_for
from tests.access import row

# Who keeps the records of the branch: it and those above it.
KEEPERS = {"secretary": 200, "committee": 200, "org_department": 200, "inspector": 403}
STRANGERS = {"other_secretary": 404, "outsider": 404}
DOOR = {"visitor": 200, "everybody": 302}


def _branch(world):
    return {"unit": world.branch.pk}


def _ticked(world):
    return _branch(world) | {"member": world.people["member"].pk}


def _opened(world):
    open_for(member_ids=[world.people["member"].pk], actor=world.secretary)


def _resting(world):
    User.objects.filter(pk=world.secretary.pk).update(identity_confirmed_at=None)


ROLES_KEPT = {"member": 404, "other_secretary": 404, "inspector": 404, "outsider": 404}

ROWS = {
    # The doors: without the mark of somebody who activates they lead to sign in, or home.
    "activation:by_code": row("get", **DOOR),
    "activation:dates": row("get", everybody=302),
    "activation:password": row("get", everybody=302),
    "activation:stop": row("post", everybody=302),
    "activation:done": row("get", everybody=200),
    "activation:role_code": row("get", everybody=200),
    "activation:waiting": row("get", everybody=200),
    # Of the branch's secretary: who stands above him.
    "activation:hand_code": row(
        "get",
        lambda world: [world.secretary.pk],
        prepare=_resting,
        secretary=404,
        committee=200,
        org_department=200,
        **ROLES_KEPT,
    ),
    "activation:unit": row("get", data=_branch, member=404, **KEEPERS, **STRANGERS),
    "activation:unit · his own": row(
        "get",
        member=403,
        inspector=403,
        secretary=200,
        other_secretary=200,
        committee=200,
        org_department=200,
        outsider=200,
    ),
    "activation:search": row("post", everybody=302),
    "activation:open": row("post", data=_ticked, member=404, **KEEPERS, **STRANGERS),
    "activation:close": row("post", data=_ticked, prepare=_opened, member=404, **KEEPERS, **STRANGERS),
    "activation:slips": row("post", data=_ticked, member=404, **KEEPERS, **STRANGERS),
}
