"""Deciding cases: claim, release, resolve."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat import access, protocol, selectors
from chat.errors import BadRequest, Conflict, NotFound
from chat.models import Report, Room
from chat.services import rules
from chat.services.messages import delete_message
from chat.services.moderation.closing import audit_case, close_report
from chat.services.moderation.sanctions import ban_user, mute_user
from chat.services.moderation.undoing import undo_act


@transaction.atomic
def claim_report(*, actor: User, report: Report) -> Report:
    """Says that one is at it: for CLAIM_TIME nobody else decides. Raises NotFound, Conflict (decided, another's)."""
    report = _hold(actor, report)
    _refuse_decided(report)
    _refuse_claimed(report, actor)
    report.claimed_by, report.claimed_at = actor, timezone.now()
    report.save(update_fields=["claimed_by", "claimed_at"])
    audit_case("report.claim", actor, report)
    return report


@transaction.atomic
def release_report(*, actor: User, report: Report) -> Report:
    """Leaves a case that one has claimed to others; one that is not claimed stays so. Raises NotFound, Conflict."""
    report = _hold(actor, report)
    _refuse_claimed(report, actor)
    if report.resolved_at is None and report.claimed_at is not None:
        report.claimed_by = report.claimed_at = None
        report.save(update_fields=["claimed_by", "claimed_at"])
        audit_case("report.release", actor, report)
    return report


@transaction.atomic
def resolve_report(
    *,
    actor: User,
    report: Report,
    outcome: str,
    reason: str = "",
    until: datetime | None = None,
    removes_message: bool = False,
    everywhere: bool = False,
) -> Report:
    """Decides a case, does what was decided, and tells those who reported. One's own decision again changes nothing.

    A mute or a ban holds in the room until `until` (None: for good), `everywhere` on the whole site, as it does where
    the case has no room or a direct one; with `removes_message` the message goes, too. A dismissal needs no reason.

    Raises NotFound, BadRequest, TooLong, Forbidden, Conflict (decided otherwise, claimed by somebody else, nobody or
    nothing there to act on).
    """
    report = _hold(actor, report)
    if (report.outcome, report.resolved_by_id) == (outcome, actor.pk):
        return report
    _refuse_decided(report)
    _refuse_claimed(report, actor)
    reason = rules.check_reason(reason)
    decide = (APPEALS if report.appealed_id else DECISIONS).get(outcome)
    if decide is None:
        raise BadRequest("That is no outcome of this case.", field="outcome")
    if protocol.is_blank(reason) and outcome != Report.Outcome.DISMISSED:
        raise BadRequest("Say why: the person reads it.", field="reason")
    decide(actor, report, reason, until=until, everywhere=everywhere)
    if removes_message and report.message is not None and outcome in (Report.Outcome.MUTED, Report.Outcome.BANNED):
        _remove(actor, report, reason)
    return close_report(report, actor, outcome, reason)


def _remove(actor: User, report: Report, reason: str, **_: Any) -> None:
    """Also where it was deleted meanwhile: then it stays as it is."""
    if report.message is None or report.room is None:
        raise Conflict("There is no message to remove.")
    key = access.moderate_room(actor, report.room)
    delete_message(membership=key, seq=report.message.seq, reason=reason, report=report)


def _mute(actor: User, report: Report, reason: str, *, until: datetime | None, everywhere: bool) -> None:
    room = _where(report, everywhere=everywhere)
    mute_user(actor=actor, user=_whom(report), reason=reason, until=until, room=room, report=report)


def _ban(actor: User, report: Report, reason: str, *, until: datetime | None, everywhere: bool) -> None:
    room = _where(report, everywhere=everywhere)
    ban_user(actor=actor, user=_whom(report), reason=reason, until=until, room=room, report=report)


def _grant(actor: User, report: Report, reason: str, **_: Any) -> None:
    if report.appealed is not None:
        undo_act(actor=actor, entry=report.appealed, reason=reason, report=report)


def _dismiss(actor: User, report: Report, reason: str, **_: Any) -> None:
    """Nothing happens."""


DECISIONS: dict[str, Callable[..., None]] = {
    Report.Outcome.REMOVED: _remove,
    Report.Outcome.MUTED: _mute,
    Report.Outcome.BANNED: _ban,
    Report.Outcome.DISMISSED: _dismiss,
}
APPEALS: dict[str, Callable[..., None]] = {Report.Outcome.GRANTED: _grant, Report.Outcome.DISMISSED: _dismiss}


def _whom(report: Report) -> User:
    if report.user is None:
        raise Conflict("The account has ended.")
    return report.user


def _where(report: Report, *, everywhere: bool) -> Room | None:
    return None if everywhere or report.room is None or report.room.is_direct else report.room


def _hold(actor: User, report: Report) -> Report:
    """The case as it is now, locked after its room and its person. Raises NotFound for who may not decide it."""
    if report.room_id is not None:
        rules.hold_room(report.room_id)
    rules.hold_person(report.user_id)
    held = Report.objects.select_for_update().filter(pk=report.pk).first()
    if held is None or not selectors.cases(actor).filter(pk=held.pk).exists():
        raise NotFound("There is no such case.", field="number")
    return held


def _refuse_decided(report: Report) -> None:
    if report.resolved_at is not None:
        by = report.resolved_by.name if report.resolved_by else "Somebody"
        raise Conflict(f"{by} has decided this already: {report.get_outcome_display()}.")


def _refuse_claimed(report: Report, actor: User) -> None:
    if report.is_claimed and report.claimed_by is not None and report.claimed_by != actor:
        raise Conflict(f"{report.claimed_by.name} is at it.")
