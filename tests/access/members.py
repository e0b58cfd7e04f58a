from django.utils import timezone

from members.enums import PostCode
from members.models import CorrectionRequest, Member, Post
from tests.access import row

# Who reads the record of the branch's member: those of the branch's line above it.
READERS = {"secretary": 200, "committee": 200, "org_department": 200, "inspector": 200}
KEEPERS = READERS | {"inspector": 403}
STRANGERS = {"other_secretary": 404, "outsider": 404}


def _member(world):
    return [world.people["member"].pk]


def _unit(world):
    return {"unit": world.branch.pk}


def _post(world):
    post, _ = Post.objects.get_or_create(
        member=world.people["member"], unit=world.branch, code=PostCode.CELL_COMMITTEE_MEMBER
    )
    return [post.pk]


def _unclear(world):
    Member.objects.filter(pk=world.people["member"].pk).update(posts_unclear=True, posts_text="CUV")


def _correction(world):
    asked, _ = CorrectionRequest.objects.get_or_create(
        member=world.people["member"], unit=world.branch, field="birth", wanted="14/03/1984"
    )
    return [asked.pk]


def _activated(world):
    account = world.member
    account.set_password("mot-mat-khau-cua-rieng-toi")
    account.activated_at = timezone.now()
    account.save(update_fields=["password", "activated_at"])


ROWS = {
    # Without a unit everybody sees his own: the unit of his role, or his branch.
    "members:list": row("get", everybody=200),
    "members:list · the branch": row("get", data=_unit, member=200, **READERS, **STRANGERS),
    "members:list · the branch above": row(
        "get", data=lambda w: {"unit": w.section.pk}, member=404, **(READERS | {"secretary": 404}), **STRANGERS
    ),
    "members:list · no such unit": row("get", data=lambda w: {"unit": "x"}, everybody=404),
    "members:search": row("post", data=lambda w: {"q": "nguyen"}, everybody=302),
    "members:export": row("get", data=_unit, member=403, **READERS, **STRANGERS),
    "members:call_list": row("get", data=_unit, member=403, **KEEPERS, **STRANGERS),
    "members:add": row("get", data=_unit, member=404, **KEEPERS, **STRANGERS),
    "members:me": row("get", everybody=200),
    "members:contact": row("get", everybody=200),
    "members:ask_correction": row("get", everybody=200),
    "members:corrections": row("get", member=403, inspector=403, everybody=200),
    "members:correction": row("get", _correction, member=404, **(KEEPERS | {"inspector": 404}), **STRANGERS),
    "members:posts_unclear": row("get", member=403, inspector=403, everybody=200),
    "members:secretaries": row("get", member=403, inspector=403, everybody=200),
    "members:end_post": row("get", _post, member=404, **KEEPERS, **STRANGERS),
    "members:member": row("get", _member, member=302, **READERS, **STRANGERS),
    "members:reveal": row("post", _member, member=200, **KEEPERS, **STRANGERS),
    "members:edit": row("get", _member, member=403, **KEEPERS, **STRANGERS),
    "members:move": row("get", _member, member=403, **KEEPERS, **STRANGERS),
    "members:status": row("get", _member, member=403, **KEEPERS, **STRANGERS),
    "members:give_post": row("get", _member, member=403, **KEEPERS, **STRANGERS),
    "members:settle_posts": row(
        "post",
        _member,
        prepare=_unclear,
        member=403,
        secretary=302,
        committee=302,
        org_department=302,
        inspector=403,
        **STRANGERS,
    ),
    "members:password_code": row("get", _member, member=403, **KEEPERS, **STRANGERS),
    "members:password_code · given out": row("post", _member, prepare=_activated, member=403, **KEEPERS, **STRANGERS),
    "members:history": row("get", _member, member=200, **KEEPERS, **STRANGERS),
    "members:history_pdf": row("get", _member, member=200, **KEEPERS, **STRANGERS),
    "members:access": row("get", _member, member=200, **KEEPERS, **STRANGERS),
}
