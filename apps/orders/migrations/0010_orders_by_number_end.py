import apps.core.migration_operations
import django.contrib.postgres.indexes
import django.db.models.functions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0009_keys_looked_up_at_once'),
    ]

    operations = [
        apps.core.migration_operations.Together(
            operations=[
                migrations.AddIndex(
                    model_name='order',
                    index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.Reverse('number'), name='text_pattern_ops'), name='orders_by_number_end'),
                ),
            ]
        ),
    ]
