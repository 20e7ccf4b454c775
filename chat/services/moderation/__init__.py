"""Moderation: sanctions, cases and their decisions, appeals, and taking back what was done."""

from chat.services.moderation.deciding import claim_report, release_report, resolve_report
from chat.services.moderation.reporting import appeal_act, report_message, report_person
from chat.services.moderation.sanctions import ban_user, lift_sanction, mute_user, set_site_moderator
from chat.services.moderation.undoing import can_undo, undo_act

__all__ = [
    "appeal_act",
    "ban_user",
    "can_undo",
    "claim_report",
    "lift_sanction",
    "mute_user",
    "release_report",
    "report_message",
    "report_person",
    "resolve_report",
    "set_site_moderator",
    "undo_act",
]
