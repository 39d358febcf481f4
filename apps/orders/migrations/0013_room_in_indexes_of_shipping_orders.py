"""A shipping order moves six times within days; half of their indexes' pages stays free for it."""

from django.db import migrations

from apps.core.migration_operations import room_in_indexes


class Migration(migrations.Migration):
    dependencies = [("orders", "0012_legal_moves_known_beforehand")]

    operations = [room_in_indexes("orders_shippingorder", 50)]
