"""Publication of signed heads: where to, and what became of each."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import portal.ids
import portal.models.base
import portal.tenancy
from django.db import migrations, models

from portal.isolation import IsolateTenants


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0010_samples'),
        ('portal', '0004_timed_access'),
    ]

    operations = [
        migrations.CreateModel(
            name='Publication',
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
                ('way', models.CharField(choices=[('folder', 'Folder'), ('notice', 'E-mail and webhooks'), ('timestamp', 'Time-stamp server')], max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Waits'), ('sending', 'On its way'), ('published', 'Published'), ('failed', 'Not delivered'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=10)),
                ('where', models.CharField(blank=True, default='', max_length=300)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('said', models.CharField(blank=True, default='', max_length=300)),
                ('is_alarm', models.BooleanField(default=False)),
                ('published_at', models.DateTimeField(null=True)),
                ('token', models.BinaryField(null=True)),
                ('stamped_at', models.DateTimeField(null=True)),
                ('head', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.head')),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('job_state', 'ready')), fields=['organization', 'run_after', 'id'], name='publication_ready'), models.Index(condition=models.Q(('job_state', 'leased')), fields=['organization'], name='publication_leased'), models.Index(fields=['organization', '-id'], name='publication_newest')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'head', 'way'), name='one_publication_per_head_and_way'), models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'sending'])), fields=('organization', 'way'), name='one_publication_under_way')],
            },
        ),
        migrations.CreateModel(
            name='PublicationPolicy',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('to_folder', models.BooleanField(default=True, help_text='One file for each head, never changed. The operator sets the folder; best one nobody can delete in.', verbose_name="into the operator's folder")),
                ('by_notice', models.BooleanField(default=True, help_text='To every recipient of notices that takes “A signed head of the audit log”.', verbose_name='by e-mail and webhook')),
                ('timestamp_url', models.CharField(blank=True, default='', help_text='A server that speaks RFC 3161, such as https://freetsa.org/tsr. Empty: none.', max_length=300, verbose_name='time-stamp server')),
                ('timestamp_roots', models.TextField(blank=True, default='', help_text='PEM. A time-stamp counts when its signature leads to one of these.', verbose_name='its root certificates')),
                ('every_minutes', models.PositiveIntegerField(default=60, help_text='1 to 1440. A head is only published where something happened since the one before.', validators=[django.core.validators.MinValueValidator(1, message='every_minutes: give a number of minutes from 1 to 1440'), django.core.validators.MaxValueValidator(1440, message='every_minutes: give a number of minutes from 1 to 1440')], verbose_name='minutes between two publications')),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'verbose_name': 'publication of seals',
                'verbose_name_plural': 'publication of seals',
                'constraints': [models.UniqueConstraint(fields=('organization',), name='one_publication_policy')],
            },
        ),
        IsolateTenants("audit"),
    ]
