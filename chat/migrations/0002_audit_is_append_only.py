"""A trigger that refuses to change or delete rows of the audit log (truncation by tests excepted)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION chat_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER chat_auditentry_append_only BEFORE UPDATE OR DELETE ON chat_auditentry
    FOR EACH ROW EXECUTE FUNCTION chat_refuse_audit_change();
"""
BACKWARD = """
DROP TRIGGER chat_auditentry_append_only ON chat_auditentry;
DROP FUNCTION chat_refuse_audit_change();
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
