from notifications.models import HelpRequest
from notifications.services import ask_for_help
from tests.access import row

SIGNED_IN = {"everybody": 200}


def _asked_by_member(world):
    ask_for_help(text="Không mở được danh sách", branch=world.branch, actor=world.member)


def _first(world):
    return [HelpRequest.objects.get().pk]


ROWS = {
    "portal:home": row("get", **SIGNED_IN),
    "portal:more": row("get", **SIGNED_IN),
    "portal:search": row("get", **SIGNED_IN),
    "portal:search · looked for": row("post", data=lambda w: {"q": "ga ben thuy"}, **SIGNED_IN),
    "portal:switch_unit": row("post", data=lambda w: {"unit": w.branch.pk}, everybody=302),
    "portal:guides": row("get", **SIGNED_IN),
    "portal:guide": row("get", lambda w: ["chi-bo"], **SIGNED_IN),
    "portal:guide · none such": row("get", lambda w: ["khac"], everybody=404),
    "portal:help": row("get", **SIGNED_IN),
    "portal:help_inbox": row("get", **SIGNED_IN),
    # The sender, the secretary who answers, and those who answer above him.
    "portal:help_request": row(
        "get",
        _first,
        prepare=_asked_by_member,
        member=200,
        secretary=200,
        other_secretary=404,
        committee=200,
        org_department=200,
        inspector=404,
        outsider=404,
    ),
    "portal:help_answer": row(
        "post",
        _first,
        data=lambda w: {"answer": "Đồng chí tải lại trang."},
        prepare=_asked_by_member,
        member=403,
        secretary=302,
        other_secretary=404,
        committee=302,
        org_department=302,
        inspector=404,
        outsider=404,
    ),
    "portal:styleguide": row("get", **SIGNED_IN),
}
