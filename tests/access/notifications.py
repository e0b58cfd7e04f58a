from notifications.models import Notice
from notifications.services import notify
from tests.access import row


def _notice_for_member(world):
    notify("help.answered", users=[world.member], text="Đã có trả lời.", url="/huong-dan/")


ROWS = {
    "notifications:inbox": row("get", everybody=200),
    # Only one's own opens.
    "notifications:open": row(
        "get", lambda w: [Notice.objects.get().pk], prepare=_notice_for_member, member=302, everybody=404
    ),
    "notifications:mark_read": row("post", everybody=302),
    "notifications:preferences": row("get", everybody=200),
}
