"""What the workers keep: where clocks stand, what was noticed, lines in trouble, jobs that recur."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the tables of the workers."""

    dependencies = [
        ('store', '0004_act_received'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseClock',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='store.case')),
                ('version', models.PositiveIntegerField()),
                ('framed', models.TextField()),
                ('pends', models.BooleanField()),
                ('zone', models.CharField(blank=True, max_length=64)),
                ('clock', models.CharField(blank=True, max_length=100)),
                ('state', models.CharField(blank=True, max_length=16)),
                ('due_at', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('book', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='DeadlineNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(max_length=100)),
                ('kind', models.CharField(max_length=8)),
                ('instant', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='OutboxTrouble',
            fields=[
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='trouble', serialize=False, to='store.outbox')),
                ('attempts', models.PositiveIntegerField()),
                ('not_before', models.DateTimeField()),
                ('dead', models.BooleanField(default=False)),
                ('fault', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RecurringJob',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('slot', models.DateTimeField()),
                ('task', models.CharField(max_length=40)),
            ],
        ),
        migrations.AddIndex(
            model_name='outbox',
            index=models.Index(fields=['tenant', 'id'], name='outbox_tenant'),
        ),
        migrations.AddIndex(
            model_name='outbox',
            index=models.Index(fields=['case'], name='outbox_case'),
        ),
        migrations.AddField(
            model_name='caseclock',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.tenant'),
        ),
        migrations.AddField(
            model_name='deadlinenotice',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.case'),
        ),
        migrations.AddField(
            model_name='deadlinenotice',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.tenant'),
        ),
        migrations.AddField(
            model_name='outboxtrouble',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.tenant'),
        ),
        migrations.AddIndex(
            model_name='caseclock',
            index=models.Index(fields=['tenant', 'next_at'], name='clock_next'),
        ),
        migrations.AddIndex(
            model_name='caseclock',
            index=models.Index(fields=['tenant', 'due_at'], name='clock_due'),
        ),
        migrations.AddIndex(
            model_name='caseclock',
            index=models.Index(fields=['tenant', 'book'], name='clock_book'),
        ),
        migrations.AddConstraint(
            model_name='deadlinenotice',
            constraint=models.UniqueConstraint(fields=('case', 'clock', 'kind', 'instant'), name='deadline_notice'),
        ),
    ]
