"""Samples drawn for auditors."""

import django.db.models.deletion
import django.db.models.functions.datetime
import portal.ids
import portal.models.base
import portal.tenancy
from django.db import migrations, models

from portal.isolation import IsolateTenants


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0009_evidence'),
        ('portal', '0004_timed_access'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('types', models.JSONField(default=list)),
                ('head_number', models.BigIntegerField()),
                ('head_size', models.BigIntegerField()),
                ('seed', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('population', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('result', models.CharField(max_length=64)),
                ('purpose', models.CharField(max_length=300)),
                ('drawn_by_name', models.CharField(max_length=160)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', '-id'], name='sample_newest')],
            },
        ),
        IsolateTenants("audit"),
    ]
