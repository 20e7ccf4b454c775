"""People keep a list of those whom they want to hear nothing of."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_avatars")]

    operations = [
        migrations.AddField(
            "user", "ignored", ArrayField(models.BigIntegerField(), default=list, editable=False, size=None)
        ),
    ]
