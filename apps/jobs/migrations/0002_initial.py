"""Nothing: what stood here completes the models of 0001_initial, and stands there."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]
