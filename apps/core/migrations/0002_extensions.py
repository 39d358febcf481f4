"""The extensions that opsdesk asks of PostgreSQL: all of them are trusted, so the owner role may create them."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """btree_gist for "no two absences overlap", pg_trgm for "contains" searches."""

    run_before = [("org", "0001_initial"), ("orders", "0001_initial")]
    dependencies = [("core", "0001_initial")]
    operations = [BtreeGistExtension(), TrigramExtension()]
