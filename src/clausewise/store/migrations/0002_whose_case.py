"""Whose a case is: its team, and the accounts it is restricted to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds two columns to the row of a case, and the index that lists a team's cases."""

    dependencies = [
        ('store', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='restricted_to',
            field=models.TextField(default=None, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='team',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['tenant', 'team', 'id'], name='case_team'),
        ),
    ]
