"""People are found by any part of their names, whatever its case and accents."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations

from accounts.folding import Fold


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_ignored_people")]

    operations = [
        migrations.RemoveIndex("user", "user_username_part"),
        migrations.RemoveIndex("user", "user_display_name_part"),
        migrations.AddIndex(
            "user", GinIndex(OpClass(Fold("username"), name="gin_trgm_ops"), name="user_username_folded")
        ),
        migrations.AddIndex(
            "user", GinIndex(OpClass(Fold("display_name"), name="gin_trgm_ops"), name="user_display_name_folded")
        ),
    ]
