"""Leaves room on the pages of rooms and memberships, which every post updates, so that no index has to follow."""

from django.db import migrations

FORWARD = """
ALTER TABLE chat_room SET (fillfactor = 50);
ALTER TABLE chat_membership SET (fillfactor = 80);
"""
BACKWARD = """
ALTER TABLE chat_room RESET (fillfactor);
ALTER TABLE chat_membership RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0011_room_settings")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
