"""Whether a room has a level of its own, or goes by the person's for all rooms."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0020_hearing_everything"), ("accounts", "0010_level")]

    operations = [
        migrations.AddField("membership", "has_own_level", models.BooleanField(
            db_default=False, default=False, editable=False, verbose_name="level of its own",
        )),
        # Everybody's level was that of mentions: whatever else stands there somebody has chosen. Few rows are written.
        migrations.RunSQL("UPDATE chat_membership SET has_own_level = true WHERE notify <> 'mentions'", "SELECT 1"),
    ]
