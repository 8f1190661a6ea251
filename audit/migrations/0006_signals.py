"""Risk signals, the tallies they are found in, and the settings of detectors and alerts."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import portal.ids
import portal.models.base
import portal.tenancy
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from portal.isolation import IsolateTenants


# Why a question was refused: the code of the first reason.
FUNCTIONS = """
CREATE FUNCTION audit_reason(data jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT split_part(coalesce(data->'reasons'->>0, ''), ':', 1)
$$;
"""


def make_functions(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_seals'),
        ('portal', '0003_outbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(make_functions, migrations.RunPython.noop),
        migrations.CreateModel(
            name='RiskSignal',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('detector', models.CharField(max_length=40)),
                ('cause', models.CharField(max_length=160)),
                ('key', models.CharField(blank=True, default='', max_length=64)),
                ('severity', models.CharField(choices=[('high', 'High'), ('medium', 'Medium'), ('low', 'Low')], max_length=6)),
                ('state', models.CharField(choices=[('open', 'Open'), ('acknowledged', 'Acknowledged'), ('snoozed', 'Snoozed'), ('resolved', 'Resolved')], default='open', max_length=12)),
                ('title', models.CharField(max_length=200)),
                ('explanation', models.TextField()),
                ('value', models.BigIntegerField(default=0)),
                ('score', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('threshold', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('evidence', models.JSONField(default=list, help_text='The ids of the events it rests on, newest first.')),
                ('evidence_count', models.PositiveIntegerField(default=0, help_text='How many events there are; the newest are kept.')),
                ('snoozed_until', models.DateTimeField(null=True)),
                ('feedback', models.CharField(blank=True, choices=[('useful', 'Useful'), ('noise', 'Noise')], default='', max_length=6)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('alert_at', models.DateTimeField(null=True)),
                ('alerted_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SignalComment',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('text', models.TextField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
                ('signal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='audit.risksignal')),
            ],
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('grain', models.CharField(choices=[('h', 'Hour'), ('d', 'Day')], max_length=1)),
                ('starts_at', models.DateTimeField()),
                ('facet', models.CharField(max_length=10)),
                ('key', models.CharField(blank=True, default='', max_length=64)),
                ('type', models.CharField(max_length=60)),
                ('verdict', models.CharField(blank=True, default='', max_length=20)),
                ('confidence', models.CharField(blank=True, default='', max_length=20)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('count', models.BigIntegerField()),
                ('amount_minor', models.BigIntegerField(default=0)),
                ('cost_microusd', models.BigIntegerField(default=0)),
                ('rows', models.BigIntegerField(default=0)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'verbose_name_plural': 'tallies',
            },
        ),
        migrations.CreateModel(
            name='TallyCursor',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('xact', models.BigIntegerField(default=0, help_text='Events of transactions before this one are counted.')),
                ('looked_until', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
        ),
        migrations.CreateModel(
            name='AlertPolicy',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('high', models.CharField(choices=[('now', 'At once'), ('digest', "In the day's digest"), ('never', 'Not at all')], default='now', max_length=6)),
                ('medium', models.CharField(choices=[('now', 'At once'), ('digest', "In the day's digest"), ('never', 'Not at all')], default='digest', max_length=6)),
                ('low', models.CharField(choices=[('now', 'At once'), ('digest', "In the day's digest"), ('never', 'Not at all')], default='never', max_length=6)),
                ('digest_at_h', models.PositiveSmallIntegerField(default=8, help_text="The hour the digest is sent. By the organization's clock.", validators=[django.core.validators.MaxValueValidator(23)])),
                ('quiet_from_h', models.PositiveSmallIntegerField(default=22, help_text="Nothing is sent from this hour on. By the organization's clock.", validators=[django.core.validators.MaxValueValidator(23)])),
                ('quiet_until_h', models.PositiveSmallIntegerField(default=6, help_text="The quiet ends with this hour; the same as the beginning: no quiet hours. By the organization's clock.", validators=[django.core.validators.MaxValueValidator(23)])),
                ('high_breaks_quiet', models.BooleanField(default=True, help_text='A high signal is told in quiet hours too.')),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'verbose_name': 'alerts of risk signals',
                'verbose_name_plural': 'alerts of risk signals',
                'constraints': [models.UniqueConstraint(fields=('organization',), name='one_alert_policy')],
            },
        ),
        migrations.CreateModel(
            name='DetectorSetting',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('detector', models.CharField(help_text="The detector's name.", max_length=40)),
                ('is_on', models.BooleanField(default=True, help_text='Off: it raises nothing.', verbose_name='looks')),
                ('severity', models.CharField(choices=[('high', 'High'), ('medium', 'Medium'), ('low', 'Low')], max_length=6)),
                ('threshold', models.DecimalField(decimal_places=2, max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0.1')), django.core.validators.MaxValueValidator(1000000000)])),
                ('least', models.PositiveBigIntegerField(default=1, help_text='Below this value it is silent, however unusual.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000000000000)])),
                ('is_tuned', models.BooleanField(default=True, help_text='Useful and noise move the threshold.', verbose_name='tuned by feedback')),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'detector'), name='one_setting_per_detector')],
            },
        ),
        migrations.AddIndex(
            model_name='risksignal',
            index=models.Index(fields=['organization', '-id'], name='signal_newest'),
        ),
        migrations.AddIndex(
            model_name='risksignal',
            index=models.Index(fields=['organization', 'state', '-id'], name='signal_state'),
        ),
        migrations.AddIndex(
            model_name='risksignal',
            index=models.Index(fields=['organization', 'detector', 'key', '-ended_at'], name='signal_episode'),
        ),
        migrations.AddConstraint(
            model_name='risksignal',
            constraint=models.UniqueConstraint(fields=('organization', 'cause'), name='one_signal_per_cause'),
        ),
        migrations.AddConstraint(
            model_name='risksignal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('snoozed_until__isnull', False), ('state', 'snoozed')), models.Q(models.Q(('state', 'snoozed'), _negated=True), ('snoozed_until', None)), _connector='OR'), name='a_snooze_has_its_end'),
        ),
        migrations.AddIndex(
            model_name='signalcomment',
            index=models.Index(fields=['organization', 'signal', 'id'], name='comment_of_signal'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('organization', 'grain', 'facet', 'starts_at', 'type', 'key', 'verdict', 'confidence', 'currency'), name='one_tally'),
        ),
        migrations.AddConstraint(
            model_name='tallycursor',
            constraint=models.UniqueConstraint(fields=('organization',), name='one_tally_cursor'),
        ),
        IsolateTenants("audit"),
    ]
