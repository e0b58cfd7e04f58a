"""Everything that writes campaigns and reports."""

from .attachments import attach, confirm, detach, read_scan, sweep_attachments
from .bulk import approve_many, start_approving
from .campaigns import (
    Owed,
    change_form,
    close_campaign,
    end_reports,
    expect_reports,
    make_campaign,
    owed_by_letter_000,
    reopen_campaign,
)
from .deadlines import days_late, follow_congress, last_day
from .entry import Crossed, begin, fill_from_records, fill_in
from .escalation import escalate, escalate_unit
from .fetching import note_fetched
from .posts import preview_posts, propose_hand_over, update_posts
from .reminders import remind_all
from .totals import fold_totals, recount_totals
from .way import (
    LEAST_REASON,
    LEAST_REASON_SENTENCE,
    above_that_rest_on,
    approve,
    check_again,
    extend,
    make_ready,
    reject,
    release,
    save_answers,
    send,
    take,
    throw_away,
    unapprove,
    withdraw,
)

__all__ = [
    "LEAST_REASON",
    "LEAST_REASON_SENTENCE",
    "Crossed",
    "Owed",
    "above_that_rest_on",
    "approve",
    "approve_many",
    "attach",
    "begin",
    "change_form",
    "check_again",
    "close_campaign",
    "confirm",
    "days_late",
    "detach",
    "end_reports",
    "escalate",
    "escalate_unit",
    "expect_reports",
    "extend",
    "fill_from_records",
    "fill_in",
    "fold_totals",
    "follow_congress",
    "last_day",
    "make_campaign",
    "make_ready",
    "note_fetched",
    "owed_by_letter_000",
    "preview_posts",
    "propose_hand_over",
    "read_scan",
    "recount_totals",
    "reject",
    "release",
    "remind_all",
    "reopen_campaign",
    "save_answers",
    "send",
    "start_approving",
    "sweep_attachments",
    "take",
    "throw_away",
    "unapprove",
    "update_posts",
    "withdraw",
]
