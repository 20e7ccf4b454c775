"""Cases as tests open, see and decide them."""

from typing import Any

from accounts.models import User
from chat import access, selectors
from chat.models import Report, Room
from chat.services import moderation


def report(user: User, room: Room, seq: int = 1, kind: str = "spam", words: str = "") -> Report:
    membership = access.read_room(user, room.slug)
    return moderation.report_message(membership=membership, seq=seq, kind=kind, words=words).report


def decide(actor: User, case: Report, outcome: str, **more: Any) -> Report:
    return moderation.resolve_report(actor=actor, report=case, outcome=outcome, **({"reason": "spam"} | more))


def sees(user: User, case: Report) -> bool:
    return selectors.cases(user).filter(pk=case.pk).exists()
