"""The sealed log: leaves, heads, keys, and how the sealer finds what is not sealed yet."""

import django.db.models.deletion
import django.db.models.functions.datetime
import portal.fields
import portal.ids
import portal.models.base
import portal.tenancy
import uuid
from django.db import migrations, models

from portal.isolation import IsolateTenants, role_name

# The key's order is that in which leaves are looked up: by event, for receipts and to seal nothing twice; and by index.
LEAVES = """
CREATE TABLE audit_leaf (
    organization_id uuid NOT NULL DEFAULT NULLIF(current_setting('app.org', true), '')::uuid
        REFERENCES portal_organization (id) DEFERRABLE INITIALLY DEFERRED,
    id uuid NOT NULL,
    "index" bigint NOT NULL CHECK ("index" >= 0),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    subtrees bytea NOT NULL DEFAULT '' CHECK (length(subtrees) % 32 = 0),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT one_leaf_per_index UNIQUE (organization_id, "index")
);
"""

# Sealing reads events in the order of their transactions: appended at the right edge of one organization's range.
ORDER = "CREATE INDEX audit_event_sealing ON audit_event (organization_id, xact_id, id)"

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""

# Which organizations the sealer has something to do for. It gives ids of organizations, and nothing of what is in them.
TO_SEAL = """
CREATE FUNCTION audit_organizations_to_seal() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id
    FROM portal_organization o
    LEFT JOIN audit_sealstate s ON s.organization_id = o.id
    WHERE s.id IS NULL
       OR s.cluster <> (SELECT system_identifier FROM pg_control_system())
       OR s.after_xact::text::xid8 > pg_snapshot_xmin(pg_current_snapshot())
       OR EXISTS (
            SELECT FROM audit_event e
            WHERE e.organization_id = o.id
              AND (e.xact_id, e.id) > (s.after_xact::text::xid8, s.after_id)
              AND e.xact_id < pg_snapshot_xmin(pg_current_snapshot()))
    ORDER BY o.id
$$;
REVOKE ALL ON FUNCTION audit_organizations_to_seal() FROM PUBLIC;
"""

# What keeps a month from going: its events without a leaf. A leaf is only ever written together with its signed head.
UNSEALED = """
CREATE OR REPLACE FUNCTION audit_unsealed(first uuid, following uuid)
RETURNS TABLE (organization uuid, events bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.organization_id, count(*) FROM audit_event e
    WHERE e.id >= first AND e.id < following
      AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.organization_id = e.organization_id AND l.id = e.id)
    GROUP BY e.organization_id
$$;
"""


def make_leaves(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(LEAVES)
        cursor.execute(ORDER)


def protect(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        for table in ("audit_leaf", "audit_head"):
            cursor.execute(APPEND_ONLY.format(table=table))
        cursor.execute(TO_SEAL)
        cursor.execute(UNSEALED)
        cursor.execute(f'GRANT EXECUTE ON FUNCTION audit_organizations_to_seal() TO "{role_name("default")}"')


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_finding'),
        ('portal', '0003_outbox'),
    ]

    operations = [
        migrations.RunPython(make_leaves, migrations.RunPython.noop),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('index', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
                ('subtrees', models.BinaryField(default=b'')),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'db_table': 'audit_leaf',
                'ordering': ['index'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='SealKey',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('public', models.BinaryField(max_length=32)),
                ('private', portal.fields.SealedField(blank=True, editable=True, null=True)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('number', models.BigIntegerField()),
                ('size', models.BigIntegerField()),
                ('root', models.BinaryField(max_length=32)),
                ('checkpoint', models.TextField()),
                ('link', models.TextField()),
                ('sealed_at', models.DateTimeField()),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.sealkey')),
            ],
        ),
        migrations.CreateModel(
            name='SealState',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('after_xact', models.BigIntegerField(default=0)),
                ('after_id', models.UUIDField(default=uuid.UUID('00000000-0000-0000-0000-000000000000'))),
                ('cluster', models.BigIntegerField(default=0)),
                ('swept_at', models.DateTimeField(null=True)),
                ('trouble', models.CharField(blank=True, default='', max_length=300)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
        ),
        migrations.AddConstraint(
            model_name='sealkey',
            constraint=models.UniqueConstraint(fields=('organization', 'number'), name='one_seal_key_per_number'),
        ),
        migrations.AddConstraint(
            model_name='head',
            constraint=models.UniqueConstraint(fields=('organization', 'number'), name='one_head_per_number'),
        ),
        migrations.AddConstraint(
            model_name='head',
            constraint=models.UniqueConstraint(fields=('organization', 'size'), name='one_head_per_size'),
        ),
        migrations.AddConstraint(
            model_name='sealstate',
            constraint=models.UniqueConstraint(fields=('organization',), name='one_seal_state'),
        ),
        migrations.RunPython(protect, migrations.RunPython.noop),
        IsolateTenants("audit"),
    ]
