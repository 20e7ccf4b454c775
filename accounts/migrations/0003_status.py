"""What people say of themselves: a status, not to be disturbed, invisible."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_people_search")]

    operations = [
        migrations.AddField("user", "status_emoji", models.CharField(blank=True, default="", editable=False, max_length=32)),
        migrations.AddField("user", "status_text", models.CharField(blank=True, default="", editable=False, max_length=100)),
        migrations.AddField("user", "status_until", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("user", "dnd_until", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("user", "is_invisible", models.BooleanField(default=False, editable=False)),
    ]
