""" "Việc cần làm" of the home page, gathered from the apps. A new feature adds its function to SOURCES."""

from collections.abc import Callable

from accounts.models import User
from assignments.todo import todos as task_todos
from common.todo import URGENCIES, Todo
from congress_reports.todo import todos as report_todos
from delegation.todo import todos as rights_todos
from meetings.todo import todos as meeting_todos
from members.imports.todo import todos as import_todos
from members.todo import todos as member_todos
from notifications.todo import todos as help_todos
from orgtree.todo import factor_todos

SOURCES: tuple[Callable[[User], list[Todo]], ...] = (
    meeting_todos,
    report_todos,
    task_todos,
    factor_todos,
    member_todos,
    import_todos,
    rights_todos,
    help_todos,
)

_SIGNS = {"now": ("late", "Cần làm ngay"), "soon": ("wait", "Nên làm sớm"), "later": ("info", "Khi có thời gian")}


def todos_of(user: User) -> list[Todo]:
    """The most pressing first; of one urgency in the order of SOURCES."""
    found = [todo for source in SOURCES for todo in source(user)]
    return sorted(found, key=lambda todo: URGENCIES.index(todo.urgency))


def tasks_of(user: User) -> list[dict]:
    """The same as components/task.html draws them; only the first one bears the page's one primary button."""
    tasks = []
    for todo in todos_of(user):
        tone, due = _SIGNS[todo.urgency]
        tasks.append(
            {
                "title": todo.title,
                "text": todo.detail,
                "url": todo.url,
                "action": todo.action,
                "tone": tone,
                "due": due,
                "main": not tasks,
            }
        )
    return tasks
