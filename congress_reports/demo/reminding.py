"""The last days' reminders, as the clock would have sent them: by the service itself, then dated back."""

from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from ..services.reminders import remind_all

_DAYS_BACK = 6
_AT = time(7, 5)


def remind_of_last_days(day: date) -> int:
    """Today's waits in the outbox, the days' before have left. A few did not arrive."""
    told = 0
    for ago in range(_DAYS_BACK, -1, -1):
        then = day - timedelta(days=ago)
        told += remind_all(then)
        if ago:
            _date_back(then)
    return told


def _date_back(day: date) -> None:
    when = timezone.make_aware(datetime.combine(day, _AT))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_notice SET created_at = %(when)s,
                   read_at = CASE WHEN id %% 3 = 0 THEN NULL ELSE %(when)s::timestamptz + interval '3 hours' END
            WHERE kind LIKE 'reports.%%' AND once_key LIKE %(day)s
            """,
            {"when": when, "day": f"%:{day}"},
        )
        cursor.execute(
            """
            UPDATE notifications_message SET
                created_at = %(when)s, next_try_at = %(when)s, give_up_at = %(when)s::timestamptz + interval '26 hours',
                tries = 1 + (id %% 41 = 0)::int * 5,
                state = CASE WHEN id %% 41 = 0 THEN 'given_up' WHEN id %% 97 = 0 AND channel = 'sms' THEN 'unclear'
                             WHEN channel = 'sms' THEN 'shown' ELSE 'sent' END,
                sent_at = CASE WHEN id %% 41 = 0 OR (id %% 97 = 0 AND channel = 'sms') THEN NULL
                               ELSE %(when)s::timestamptz + (id %% 240) * interval '1 second' END,
                last_error = CASE
                    WHEN id %% 41 = 0 AND channel = 'email' THEN 'Hộp thư của người nhận không tồn tại.'
                    WHEN id %% 41 = 0 THEN 'Số điện thoại không nhận được tin nhắn.'
                    WHEN id %% 97 = 0 AND channel = 'sms'
                        THEN 'Việc gửi bị ngắt giữa chừng, chưa rõ tin đã đi hay chưa. Hệ thống không tự gửi lại.'
                    ELSE '' END
            WHERE kind LIKE 'reports.%%' AND state = 'waiting' AND once_key LIKE %(day)s
            """,
            {"when": when, "day": f"%:{day}"},
        )
