"""Files of contracts are a kind of their own."""

import apps.core.migration_operations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0002_initial'),
    ]

    operations = [
        apps.core.migration_operations.Together(
            operations=[
                migrations.AlterField(
                    model_name='storedfile',
                    name='kind',
                    field=models.CharField(choices=[('upload', 'Upload'), ('result', 'Result of a job'), ('export', 'Export'), ('contract', 'File of a contract')], max_length=20, verbose_name='kind'),
                ),
            ]
        ),
    ]
