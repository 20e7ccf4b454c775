"""What the end of a case is: written down, told to those who reported; and opened again. Of a locked case."""

from django.utils import timezone

from accounts.models import User
from chat import broadcast, selectors
from chat.models import AuditEntry, Complaint, Report

SENTENCES = {
    Report.Outcome.REMOVED: "the message was removed.",
    Report.Outcome.MUTED: "the person can't write for now.",
    Report.Outcome.BANNED: "the person was shut out.",
    Report.Outcome.DISMISSED: "no rule was found broken.",
    Report.Outcome.GRANTED: "it was taken back.",
}


def close_report(report: Report, actor: User, outcome: str, reason: str) -> Report:
    """Decided. Those who reported learn it where they have a page open; it stands on their lists as well."""
    report.outcome, report.reason = outcome, reason
    report.resolved_by, report.resolved_at = actor, timezone.now()
    report.save(update_fields=["outcome", "reason", "resolved_by", "resolved_at"])
    complaints = list(report.complaints.all())
    audit_case("report.resolve", actor, report, reason, outcome=outcome, reports=len(complaints))
    for complaint in complaints:
        what = "appeal" if complaint.kind == Complaint.Kind.APPEAL else "report"
        detail = f"Your {what}: {outcome_sentence(report)}"
        broadcast.noticed(complaint.user_id, {"code": "decided", "detail": detail, "until": None})
    return report


def outcome_sentence(report: Report) -> str:
    if report.appealed_id and report.outcome == Report.Outcome.DISMISSED:
        return "it stands."
    return SENTENCES[Report.Outcome(report.outcome)]


def reopen_report(report: Report) -> None:
    """Waits for a decision again, unless another case about the same does already."""
    others = Report.objects.filter(resolved_at=None, message=report.message)
    if report.message is None:
        others = others.filter(user=report.user, room=report.room, appealed=None)
    if others.exists() and not report.appealed_id:
        return
    report.outcome = report.reason = ""
    report.resolved_by = report.resolved_at = report.claimed_by = report.claimed_at = None
    report.save()
    broadcast.reports_changed(selectors.moderators_of(report.room))


def audit_case(action: str, actor: User, report: Report, reason: str = "", **after: object) -> None:
    AuditEntry.objects.create(
        action=action,
        actor=actor,
        user=report.user,
        room=report.room,
        seq=report.message.seq if report.message else None,
        reason=reason,
        report=report,
        after=after,
    )
    broadcast.reports_changed(selectors.moderators_of(report.room))
