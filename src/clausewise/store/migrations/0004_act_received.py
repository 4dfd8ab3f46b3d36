"""Cases are listed by when they were received."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index over the first act of every case."""

    dependencies = [("store", "0003_accounts_and_drafts")]
    operations = [
        migrations.AddIndex(
            model_name="act",
            index=models.Index(condition=models.Q(("sequence", 1)), fields=["tenant", "-at", "-case"], name="act_received"),
        ),
    ]
