"""Evidence packs and their schedule; the figures of kill-switch drills, readable by every organization."""

import django.db.models.deletion
import django.db.models.functions.datetime
import portal.ids
import portal.models.base
import portal.tenancy
from django.db import migrations, models

from portal.ids import PLATFORM_ID
from portal.isolation import IsolateTenants, role_name

# Drills are the platform's own and halt everybody: every organization may read their figures, and nothing else of them.
DRILLS = f"""
CREATE FUNCTION audit_drills(since timestamptz, until timestamptz)
RETURNS TABLE (at timestamptz, scope text, verdict text, asked int, answered int, slowest_ms int, limit_ms int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.recorded_at, e.data->>'scope', e.verdict::text, (e.data->>'asked')::int, (e.data->>'answered')::int,
        (e.data->>'slowest_ms')::int, (e.data->>'limit_ms')::int
    FROM audit_event e
    WHERE e.organization_id = '{PLATFORM_ID}' AND e.type = 'killswitch.drilled'
        AND e.recorded_at >= since AND e.recorded_at < until
    ORDER BY e.recorded_at, e.id
$$;
REVOKE ALL ON FUNCTION audit_drills(timestamptz, timestamptz) FROM PUBLIC;
"""


def show_drills(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(DRILLS)
        cursor.execute(
            f'GRANT EXECUTE ON FUNCTION audit_drills(timestamptz, timestamptz) TO "{role_name("default")}"'
        )


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0008_reasons'),
        ('portal', '0004_timed_access'),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidencePack',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('job_state', models.CharField(choices=[('idle', 'Idle'), ('ready', 'Ready'), ('leased', 'Leased')], default='idle', editable=False, max_length=8)),
                ('run_after', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('lease_expires_at', models.DateTimeField(editable=False, null=True)),
                ('lease_started_at', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('last_error', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('head_number', models.BigIntegerField()),
                ('head_size', models.BigIntegerField()),
                ('sealed_at', models.DateTimeField()),
                ('first_leaf', models.BigIntegerField(default=0)),
                ('end_leaf', models.BigIntegerField(default=0)),
                ('next_leaf', models.BigIntegerField(default=0)),
                ('step', models.CharField(default='trail', max_length=40)),
                ('entries', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waits for its turn'), ('writing', 'Being written'), ('ready', 'Ready'), ('failed', 'Failed'), ('expired', 'File taken away')], default='waiting', max_length=8)),
                ('size_bytes', models.BigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('asked_by_name', models.CharField(max_length=160)),
                ('ready_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('job_state', 'ready')), fields=['organization', 'run_after', 'id'], name='evidencepack_ready'), models.Index(condition=models.Q(('job_state', 'leased')), fields=['organization'], name='evidencepack_leased'), models.Index(fields=['organization', '-id'], name='evidencepack_newest')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceSchedule',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('job_state', models.CharField(choices=[('idle', 'Idle'), ('ready', 'Ready'), ('leased', 'Leased')], default='idle', editable=False, max_length=8)),
                ('run_after', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('lease_expires_at', models.DateTimeField(editable=False, null=True)),
                ('lease_started_at', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('last_error', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('cadence', models.CharField(choices=[('off', 'Never by itself'), ('monthly', 'Every month, for the month before'), ('quarterly', 'Every quarter, for the quarter before')], default='off', max_length=10)),
                ('keep_days', models.PositiveIntegerField(default=90, help_text='Then the file is taken away; the pack can be made again while its events are kept.')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'verbose_name': 'evidence schedule',
                'verbose_name_plural': 'evidence schedule',
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('job_state', 'ready')), fields=['organization', 'run_after', 'id'], name='evidenceschedule_ready'), models.Index(condition=models.Q(('job_state', 'leased')), fields=['organization'], name='evidenceschedule_leased')],
                'constraints': [models.UniqueConstraint(fields=('organization',), name='one_evidence_schedule'), models.CheckConstraint(condition=models.Q(('keep_days__gte', 1), ('keep_days__lte', 3650)), name='packs_are_kept_some_days', violation_error_message='keep_days: give a number of days between 1 and 3650')],
            },
        ),
        migrations.RunPython(show_drills, migrations.RunPython.noop),
        IsolateTenants("audit"),
    ]
