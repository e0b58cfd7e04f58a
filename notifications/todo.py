from django.urls import reverse

from accounts.models import User
from common.todo import Todo

from .selectors import waiting_for


def todos(user: User) -> list[Todo]:
    """Difficulties that wait for the user's answer; costs no query where the header has counted already."""
    problems = waiting_for(user).problems
    if not problems:
        return []
    return [
        Todo(
            title="Trả lời vướng mắc của đảng viên",
            detail=f"{problems} vướng mắc đang chờ đồng chí.",
            url=reverse("portal:help_inbox"),
            action="Xem và trả lời",
            urgency="soon",
            count=problems,
        )
    ]
