"""Tells `assignments` from which meeting a task comes."""

from django.urls import reverse

from assignments.models import Assignment
from assignments.sources import Source

from .models import Conclusion


def source_of(assignment: Assignment) -> Source | None:
    """The address is the minutes'; who may not read them finds nothing there."""
    found = Conclusion.objects.filter(assignment=assignment).values_list("meeting_id", "meeting__title").first()
    if found is None:
        return None
    return Source(f"Kết luận, {found[1]}", reverse("meetings:minutes", args=[found[0]]))
