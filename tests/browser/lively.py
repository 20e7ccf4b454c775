"""The demo with somebody in the middle of it: for pictures."""

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from chat.models import Room
from chat.services import invites, members, messages, moderation, people, rooms, uploads
from tests.factories import post, seat


def lively(ines: User) -> str:
    """What the demo lacks: people who want something of the owner, and what moderators see.

    Gives the path of an invitation.
    """
    User.objects.filter(pk=ines.pk).update(is_staff=True, is_superuser=True)
    ines.refresh_from_db()
    by_name = {user.username: user for user in User.objects.all()}
    amara, jun, bruno, omar = by_name["amara"], by_name["jun"], by_name["bruno"], by_name["omar"]
    room = {room.slug: room for room in Room.objects.exclude(slug=None)}
    for person in (amara, jun, bruno, omar):
        for slug in ("help", "lobby"):
            members.join_room(user=person, room=room[slug])
    post(ines, rooms.open_direct_room(user=ines, people=[jun]).room, "See you at eleven.")
    post(amara, rooms.open_direct_room(user=amara, people=[ines]).room, "Shall I bring the good coffee?")
    post(by_name["tomas"], room["sobremesa"], "@ines the table by the window is free.")
    people.set_status(user=ines, emoji="☕", text="At the counter")
    file = SimpleUploadedFile("runbook, second edition.pdf", b"%PDF-1.4\n" + b"0" * 48_000)
    kept = uploads.store(user=jun, file=file)
    post(jun, room["help"], "The whole of it, to print.", uploads=[kept.pk])
    post(
        ines,
        room["help"],
        "> Say what you tried\n\nI tried **everything**, *twice*:\n\n1. tea\n2. coffee\n\n- [x] sleep",
    )
    spam = post(bruno, room["help"], "Cheap watches at https://example.org/watches, only today!")
    moderation.report_message(membership=seat(omar, room["help"]), seq=spam.seq, kind="spam", words="Third time.")
    rude = post(bruno, room["lobby"], "This is the worst room of the house.")
    moderation.report_message(membership=seat(jun, room["lobby"]), seq=rude.seq, kind="other", words="Not kind.")
    moderation.mute_user(actor=ines, user=bruno, room=room["lobby"], reason="Count to ten, please.")
    gone = post(omar, room["help"], "My number is 555 0100")
    messages.delete_message(membership=seat(ines, room["help"]), seq=gone.seq, reason="personal data")
    people.set_ignored(user=ines, person=by_name["zhaomin"], on=True)
    messages.save_message(membership=seat(ines, room["launch"]), seq=2)
    messages.set_pin(membership=seat(ines, room["help"]), seq=3, on=True)
    for person in (amara, jun):
        messages.set_reaction(membership=seat(person, room["help"]), seq=2, emoji="👍", on=True)
    rooms.create_room(owner=amara, name="empty chairs", topic="Nobody has said anything yet")
    return f"/invite/{invites.create_invite(membership=seat(ines, room['launch']))[1]}/"
