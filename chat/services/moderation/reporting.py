"""Opening cases: somebody reports a message or a person, or appeals against what was done to them."""

from django.db import transaction

from accounts.models import Rank, User
from chat import access, broadcast, selectors
from chat.errors import BadRequest, Conflict, Empty, Forbidden, NotFound, RateLimited, TooLong
from chat.models import AuditEntry, Complaint, Membership, Message, Report, Room
from chat.protocol import is_blank
from chat.services import rules

WORDS_LENGTH = 500
# So many undecided reports and appeals a person has at once.
OPEN_MOST = 10
KINDS = [kind for kind in Complaint.Kind if kind != Complaint.Kind.APPEAL]


@transaction.atomic
def report_message(*, membership: Membership, seq: int, kind: str, words: str = "") -> Complaint:
    """Tells the moderators of a message that one can read. Several reports of one message are one case; one's second
    report of the same case changes nothing.

    Raises NotFound, BadRequest, TooLong, Empty, Forbidden (one's own, the room's, the site owner's), Conflict
    (tombstone), RateLimited.
    """
    room = rules.hold_room(membership.room_id)
    reporter = _hold_reporter(membership.user)
    kind = _kind(kind)
    words = _words(words, is_needed=kind == Complaint.Kind.OTHER)
    message = access.find_message(membership, seq)
    if message.kind != Message.Kind.TEXT:
        raise Forbidden("What the room says of itself can't be reported.")
    if message.is_deleted:
        raise Conflict("The message was deleted.")
    _refuse_about(reporter, message.author)
    report = Report.objects.filter(message=message, resolved_at=None).first()
    new = Report(room=room, message=message, user=message.author)
    return _complain(report, new, reporter, kind, words)


@transaction.atomic
def report_person(*, user: User, person: User, kind: str, words: str, room: Room | None = None) -> Complaint:
    """Tells the moderators of a room that one can read, or (None) of the site, of a person. One says what is wrong.

    Raises BadRequest, TooLong, Empty, Forbidden (oneself, the site's owner), NotFound, RateLimited.
    """
    if room is not None:
        room = rules.hold_room(room.pk)
        room = None if room.is_direct else room
    reporter = _hold_reporter(user, person)
    kind = _kind(kind)
    words = _words(words, is_needed=True)
    _refuse_about(reporter, person)
    report = Report.objects.filter(user=person, room=room, message=None, appealed=None, resolved_at=None).first()
    return _complain(report, Report(room=room, user=person), reporter, kind, words)


@transaction.atomic
def appeal_act(*, user: User, entry: AuditEntry, words: str) -> Report:
    """Asks that something be taken back that moderation did to oneself: once for each act; the second time changes
    nothing.

    Raises NotFound (not of late, not to oneself, taken back), TooLong, Empty, RateLimited.
    """
    appellant = _hold_reporter(user)
    words = _words(words, is_needed=True)
    act = selectors.acts_against(appellant).filter(pk=entry.pk).first()
    if act is None:
        raise NotFound("There is nothing to appeal against.")
    standing = Report.objects.filter(appealed=act).first()
    if standing is not None:
        return standing
    room = act.room if act.room is not None and act.room.deleted_at is None else None
    new = Report(appealed=act, room=room, user=appellant)
    return _complain(None, new, appellant, Complaint.Kind.APPEAL, words).report


def _hold_reporter(user: User, *others: User) -> User:
    """The person as they are now, locked, so that nobody reports more at once than they may."""
    ids = {user.pk, *(other.pk for other in others)}
    held = {one.pk: one for one in User.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    return held[user.pk]


def _kind(text: str) -> Complaint.Kind:
    if text not in KINDS:
        raise BadRequest(f"Say {', '.join(KINDS)}.", field="kind")
    return Complaint.Kind(text)


def _words(words: str, *, is_needed: bool) -> str:
    """Without white space around them."""
    if len(words) > WORDS_LENGTH:
        raise TooLong(f"At most {WORDS_LENGTH} characters.", field="words")
    if is_needed and is_blank(words):
        raise Empty("Say what is wrong.", field="words")
    return words.strip()


def _refuse_about(reporter: User, person: User | None) -> None:
    if person == reporter:
        raise Forbidden("Nobody reports themselves.")
    if person is not None and person.rank >= Rank.SITE_OWNER:
        raise Forbidden("Nobody here stands above the owner of the site, to decide about them.")


def _complain(report: Report | None, new: Report, reporter: User, kind: str, words: str) -> Complaint:
    """Adds what a person says to the open case, if there is one, else to a new one."""
    standing = report.complaints.filter(user=reporter).first() if report else None
    if standing is not None:
        return standing
    if Complaint.objects.filter(user=reporter, report__resolved_at=None).count() >= OPEN_MOST:
        raise RateLimited(f"{OPEN_MOST} reports of yours wait for a decision; wait for it, please.")
    if report is None:
        report = new
        report.save()
    complaint = Complaint.objects.create(report=report, user=reporter, kind=kind, words=words)
    broadcast.reports_changed(selectors.moderators_of(report.room))
    return complaint
