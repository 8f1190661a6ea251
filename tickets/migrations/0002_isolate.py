"""Isolate the tables of the tickets flow, and find a webhook's organization before there is one."""

from django.db import migrations

from portal.isolation import IsolateTenants, role_name

INTAKE_ORGANIZATION = """
CREATE FUNCTION tickets_intake_organization(wanted text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organization_id FROM tickets_intake WHERE key = wanted AND is_active
$$
"""


def make(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(INTAKE_ORGANIZATION)
        cursor.execute("REVOKE ALL ON FUNCTION tickets_intake_organization(text) FROM PUBLIC")
        cursor.execute(f'GRANT EXECUTE ON FUNCTION tickets_intake_organization(text) TO "{role_name("default")}"')


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [IsolateTenants("tickets"), migrations.RunPython(make, migrations.RunPython.noop)]
