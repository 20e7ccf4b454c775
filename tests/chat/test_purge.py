"""Removed text is kept for its days, and then gone for good."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from chat.errors import Conflict
from chat.models import Message, RemovedText, Revision, Room
from chat.services import messages
from tests.factories import post, seat


def test_old_removed_texts_are_purged_and_younger_ones_stay(
    lobby: Room, alice: User, bob: User, settings: LazySettings
) -> None:
    settings.REMOVED_TEXT_DAYS = 30
    for seq in (1, 2):
        post(bob, lobby, f"secret {seq}")
        messages.edit_message(membership=seat(bob, lobby), seq=seq, body=f"still secret {seq}")
        messages.delete_message(membership=seat(alice, lobby), seq=seq)
    RemovedText.objects.filter(message__seq=1).update(removed_at=timezone.now() - timedelta(days=31))
    call_command("purge_removed", verbosity=0)
    assert list(RemovedText.objects.values_list("message__seq", flat=True)) == [2]
    assert list(Revision.objects.values_list("message__seq", flat=True)) == [2]
    with pytest.raises(Conflict):
        messages.restore_message(membership=seat(alice, lobby), seq=1)
    messages.restore_message(membership=seat(alice, lobby), seq=2)
    assert list(Message.objects.order_by("seq").values_list("body", flat=True)) == ["", "still secret 2"]
