"""Parcels, their waves and what is set aside move on within days; half of the pages of their indexes stays free for it."""

from django.db import migrations

from apps.core.migration_operations import room_in_indexes


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0009_parcels_without_index_by_store")]

    operations = [
        room_in_indexes(table, 50) for table in ("warehouse_shipment", "warehouse_waveorder", "warehouse_reservation")
    ]
