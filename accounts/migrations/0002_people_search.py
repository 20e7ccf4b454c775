"""Trigrams, by which people are found by any part of their names."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name="user",
            index=GinIndex(OpClass(Upper("username"), name="gin_trgm_ops"), name="user_username_part"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=GinIndex(OpClass(Upper("display_name"), name="gin_trgm_ops"), name="user_display_name_part"),
        ),
    ]
