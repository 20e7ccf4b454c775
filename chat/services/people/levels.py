"""What one wants to be told of in all rooms that have no level of their own."""

from django.db import transaction

from accounts.models import User
from chat import broadcast
from chat.errors import BadRequest
from chat.models import Membership, Room


@transaction.atomic
def set_level(*, user: User, notify: str, origin: str = "") -> User:
    """Changes one's level, and repeats it in the memberships that go by it; direct rooms never do. Raises BadRequest.

    Who takes a seat reads the level under a lock (`members.seats`), so none is left with the one before.
    """
    if notify not in User.Notify.values:
        raise BadRequest("Notifications are for all, mentions or nothing.", field="notify")
    found = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if found.notify != notify:
        found.notify = notify
        found.save(update_fields=["notify"])
        mine = Membership.objects.filter(user=found, has_own_level=False).exclude(room__kind=Room.Kind.DIRECT)
        held = [seat.pk for seat in mine.select_for_update(of=("self",)).order_by("room")]
        Membership.objects.filter(pk__in=held).update(notify=notify)
        broadcast.level_changed(found, origin)
    return found
