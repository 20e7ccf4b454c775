"""What a member keeps for themselves in a room: how far they have read."""

from django.db import transaction

from chat import broadcast
from chat.errors import Forbidden
from chat.models import Membership


@transaction.atomic
def mark_read(*, membership: Membership, seq: int, back: bool = False, origin: str = "") -> int:
    """Moves the read marker forward, with `back` also backward, within the room; where it stands now."""
    found = Membership.objects.select_for_update(of=("self",)).select_related("room").filter(pk=membership.pk).first()
    if found is None:
        raise Forbidden("Join the room first.")
    wanted = min(seq, found.room.seq)
    if wanted > found.read_seq or (back and wanted < found.read_seq):
        found.read_seq = wanted
        found.save(update_fields=["read_seq"])
        broadcast.read_marker_moved(found, origin)
    return found.read_seq
