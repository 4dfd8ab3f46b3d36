"""Files of cases, what scanners say of them, and the keys of patients."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes three tables."""

    dependencies = [
        ('store', '0005_jobs'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('sequence', models.PositiveIntegerField()),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('patient', models.UUIDField()),
                ('key', models.UUIDField()),
                ('kind', models.CharField(max_length=8)),
                ('original', models.BinaryField()),
                ('derivative_kind', models.CharField(blank=True, max_length=8)),
                ('derivative', models.BinaryField()),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.case')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.tenant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FileScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('state', models.CharField(max_length=24)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.tenant')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.storedfile')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PatientKey',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('patient', models.UUIDField()),
                ('key_version', models.PositiveIntegerField()),
                ('wrapped', models.BinaryField()),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'patient'), name='patient_key')],
            },
        ),
    ]
