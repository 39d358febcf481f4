"""Two thirds of a balance's page stay free: new versions then lie beside the old ones, and no index has to learn of them.

Pages that are full already fill up no further and empty as their rows move on.
"""

from django.db import migrations

TABLES = ("warehouse_stockbalance", "warehouse_binbalance")


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0006_parcels_and_balances_by_the_thousand")]

    operations = [
        migrations.RunSQL(f"ALTER TABLE {table} SET (fillfactor = 30)", f"ALTER TABLE {table} RESET (fillfactor)")
        for table in TABLES
    ]
