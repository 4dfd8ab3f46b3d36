"""What was done about accounts, and drafts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes both tables."""

    dependencies = [
        ('store', '0002_whose_case'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.UUIDField(db_index=True)),
                ('actor', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=49)),
                ('content', models.TextField()),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.tenant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.UUIDField()),
                ('case', models.UUIDField()),
                ('form', models.CharField(max_length=80)),
                ('content', models.TextField()),
                ('at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'account', 'case', 'form'), name='draft_once')],
            },
        ),
    ]
