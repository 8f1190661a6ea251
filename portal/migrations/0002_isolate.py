"""Isolate the ground floor's tables and make its definer functions."""

from django.db import migrations

from portal.isolation import IsolateTenants, role_name

SIGN_IN_LOOKUP = """
CREATE FUNCTION portal_sign_in_lookup(wanted text)
RETURNS TABLE (id uuid, email text, name text, password text, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.email::text, u.name::text, u.password::text, u.is_active
    FROM portal_user u WHERE lower(u.email) = lower(wanted)
$$
"""
MAKE_ORGANIZATION = """
CREATE FUNCTION portal_make_organization(new_name text, new_slug text, new_time_zone text, new_currency text)
RETURNS uuid LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO portal_organization (id, name, slug, time_zone, currency)
    VALUES (NULLIF(current_setting('app.org', true), '')::uuid, new_name, new_slug, new_time_zone, new_currency)
    RETURNING id
$$
"""
TURN_GRANTS = (
    "GRANT SELECT (id) ON portal_organization TO {dispatcher}",
    "CREATE POLICY dispatcher ON portal_organization FOR SELECT TO {dispatcher} USING (true)",
)


def make(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SIGN_IN_LOOKUP)
        cursor.execute("REVOKE ALL ON FUNCTION portal_sign_in_lookup(text) FROM PUBLIC")
        cursor.execute(f'GRANT EXECUTE ON FUNCTION portal_sign_in_lookup(text) TO "{role_name("default")}"')
        cursor.execute(MAKE_ORGANIZATION)
        cursor.execute("REVOKE ALL ON FUNCTION portal_make_organization(text, text, text, text) FROM PUBLIC")
        cursor.execute(
            f'GRANT EXECUTE ON FUNCTION portal_make_organization(text, text, text, text) TO "{role_name("default")}"'
        )
        for statement in TURN_GRANTS:
            cursor.execute(statement.format(dispatcher=f'"{role_name("dispatcher")}"'))


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [
        IsolateTenants("portal"),
        migrations.RunPython(make, migrations.RunPython.noop),
    ]
