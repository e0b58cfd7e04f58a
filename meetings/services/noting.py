"""What is taken out of the portal is written down."""

from django.db import transaction

from accounts.models import User
from audit.services import record

from ..models import Meeting


@transaction.atomic
def note_printed(*, meeting: Meeting, actor: User) -> None:
    record("meeting.invitations_printed", actor=actor, target=meeting, unit=meeting.unit)
