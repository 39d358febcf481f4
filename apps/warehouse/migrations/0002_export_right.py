import apps.core.migration_operations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('warehouse', '0001_initial'),
    ]

    operations = [
        apps.core.migration_operations.Together(
            operations=[
                migrations.AlterModelOptions(
                    name='stockbalance',
                    options={'default_permissions': ('view',), 'permissions': [('export_stock', 'May export the stock list')], 'verbose_name': 'stock balance', 'verbose_name_plural': 'stock balances'},
                ),
            ]
        ),
    ]
