"""How many statements a verb asks of the tables: savepoints and the signature's settings of the transaction aside."""

from django.test.utils import CaptureQueriesContext

NOT_TABLES = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "SELECT set_config", "SELECT current_setting")


def statements_on_tables(asked: CaptureQueriesContext) -> list[str]:
    """The statements, in order."""
    return [query["sql"] for query in asked.captured_queries if not query["sql"].startswith(NOT_TABLES)]
