"""Rooms may hide from newcomers what was said before they came."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0012_update_in_place")]

    operations = [
        migrations.AddField(
            "room",
            "history_for_newcomers",
            models.BooleanField(default=True, verbose_name="newcomers see what was said before"),
        ),
        migrations.AddField("membership", "from_seq", models.BigIntegerField(default=0, db_default=0, editable=False)),
    ]
