"""What a person wants to be told of in rooms that have no level of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_direct_from")]

    operations = [
        migrations.AddField("user", "notify", models.CharField(
            choices=[("all", "All messages"), ("mentions", "Mentions"), ("nothing", "Nothing")],
            db_default="mentions", default="mentions", editable=False, max_length=8,
        )),
        migrations.AddConstraint("user", models.CheckConstraint(
            condition=models.Q(notify__in=["all", "mentions", "nothing"]), name="user_notify",
        )),
    ]
