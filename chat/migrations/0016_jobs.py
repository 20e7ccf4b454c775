"""Why jobs failed, beside the queue's own tables; it goes with the job."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

FORWARD = """
ALTER TABLE chat_jobfailure ADD CONSTRAINT chat_jobfailure_of_job
    FOREIGN KEY (job_id) REFERENCES procrastinate_jobs ON DELETE CASCADE;
"""
BACKWARD = "ALTER TABLE chat_jobfailure DROP CONSTRAINT chat_jobfailure_of_job;"


class Migration(migrations.Migration):
    dependencies = [("chat", "0015_uploads"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("procrastinate.procrastinatejob",),
        ),
        migrations.CreateModel(
            name="JobFailure",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="failure",
                        serialize=False,
                        to="chat.job",
                    ),
                ),
                ("failed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("error", models.TextField()),
                ("traceback", models.TextField(blank=True)),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
