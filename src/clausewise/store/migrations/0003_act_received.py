from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0002_whose_case'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='act',
            index=models.Index(condition=models.Q(('sequence', 1)), fields=['tenant', '-at', '-case'], name='act_received'),
        ),
    ]
