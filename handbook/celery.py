import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handbook.settings")

app = Celery("handbook")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "recover-jobs": {"task": "jobs.recover", "schedule": 60},
    "recount-members": {"task": "members.recount", "schedule": crontab(hour="2", minute="40")},
    "fold-figures": {"task": "orgtree.fold_figures", "schedule": 20},
    "fold-report-totals": {"task": "congress_reports.fold_totals", "schedule": 20},
    "recount-report-totals": {"task": "congress_reports.recount_totals", "schedule": crontab(hour="2", minute="50")},
    "check-tree": {"task": "orgtree.check_tree", "schedule": crontab(hour="2", minute="10")},
    "sweep-unit-lists": {"task": "orgtree.sweep_imports", "schedule": crontab(minute="27")},
    "sweep-member-lists": {"task": "members.sweep_imports", "schedule": crontab(minute="37")},
    "sweep-jobs": {"task": "jobs.sweep", "schedule": crontab(minute="17")},
    "send-letters": {"task": "notifications.send_letters", "schedule": 60},
    "send-sms": {"task": "notifications.send_sms", "schedule": 60},
    "sweep-outbox": {"task": "notifications.sweep_outbox", "schedule": crontab(minute="47")},
    # Every hour of the day, not once: a round that is done does nothing, one that was missed or killed is made up.
    "remind-reports": {"task": "congress_reports.remind", "schedule": crontab(minute="5", hour="7-20")},
    # Lists of meetings to come follow the records at once; this finds what went past the services.
    "follow-records-in-meetings": {"task": "meetings.follow_records", "schedule": crontab(minute="52", hour="5-20/5")},
    "sweep-meeting-papers": {"task": "meetings.sweep_papers", "schedule": crontab(minute="7")},
    "sweep-report-files": {"task": "congress_reports.sweep_attachments", "schedule": crontab(minute="57")},
    # What a closing could not sweep by itself.
    "sweep-ballots": {"task": "meetings.sweep_ballots", "schedule": 60},
    "remind-meetings": {"task": "meetings.remind", "schedule": crontab(minute="15", hour="7-20")},
    "recount-meetings": {"task": "meetings.recount", "schedule": crontab(hour="3", minute="0")},
    "seal-audit": {"task": "audit.seal", "schedule": 60},
}
