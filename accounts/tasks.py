from smtplib import SMTPException

from celery import shared_task

from . import letters


@shared_task(name="accounts.send_letter", autoretry_for=(OSError, SMTPException), retry_backoff=30, max_retries=5)
def send_letter(kind: str, pk: int) -> bool:
    return letters.send(letters.Kind(kind), pk)
