from django.db import migrations

# Requests about a statement of several stores named none of them, so that every holder of a role could decide them.
FILL = """
    ALTER TABLE approvals_approvalrequest DISABLE TRIGGER USER;
    UPDATE approvals_approvalrequest r SET store_ids = (
        SELECT array_agg(DISTINCT k.store_id ORDER BY k.store_id) FROM contracts_settlementstatement s
        JOIN contracts_contractstore k ON k.contract_id = s.contract_id WHERE s.id = r.subject_id
    )
    WHERE r.subject_type = 'contracts.settlementstatement' AND r.store_ids = '{}';
    ALTER TABLE approvals_approvalrequest ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0002_requests_about_several_stores"),
        ("contracts", "0001_initial"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
