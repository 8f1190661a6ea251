"""Lets the search find refused questions by their reason, so that a figure of the dashboard leads to its rows."""

from django.db import migrations

FIND = """
DO $do$
DECLARE
    known text := pg_get_functiondef('audit_find(jsonb, integer, integer, integer)'::regprocedure);
    place CONSTANT text := 'CASE WHEN asked ? ''person''';
BEGIN
    IF position(place IN known) = 0 THEN
        RAISE EXCEPTION 'audit_find has no place for the condition of a reason';
    END IF;
    EXECUTE replace(known, place, 'CASE WHEN asked ? ''reason'' THEN format('
        || ''' AND e.type = ''''question.refused'''' AND audit_reason(e.data) = %L'', asked ->> ''reason'') END, ' || place);
END
$do$
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FIND)


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_access_reviews")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
