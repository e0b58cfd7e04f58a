"""Everything that writes records, posts and requests for correction, and what logs their reading."""

from .corrections import decide_correction, request_correction
from .exports import export_list, log_call_list, start_export
from .passwords import issue_password_code, issue_password_code_from_server, refusal_of_password_code
from .places import move_member, set_status
from .posts import codes_for, end_post, give_post, settle_posts
from .reading import log_reading
from .records import EditedMeanwhile, create_member, update_contact, update_member
from .stays import begin_stay, end_stay, named_in_letter

__all__ = [
    "EditedMeanwhile",
    "begin_stay",
    "codes_for",
    "create_member",
    "decide_correction",
    "end_post",
    "end_stay",
    "export_list",
    "give_post",
    "issue_password_code",
    "issue_password_code_from_server",
    "log_call_list",
    "log_reading",
    "move_member",
    "named_in_letter",
    "refusal_of_password_code",
    "request_correction",
    "set_status",
    "settle_posts",
    "start_export",
    "update_contact",
    "update_member",
]
