from celery import shared_task

from . import outbox
from .enums import Channel


@shared_task(name="notifications.send_letters")
def send_letters() -> int:
    return outbox.send_waiting(Channel.EMAIL)


@shared_task(name="notifications.send_sms")
def send_sms() -> int:
    return outbox.send_waiting(Channel.SMS)


@shared_task(name="notifications.sweep_outbox")
def sweep_outbox() -> int:
    return outbox.sweep()
