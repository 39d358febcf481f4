"""The database behind the promises of a score sheet: what was agreed stays, nobody judges themselves, closed is closed."""

import pgtrigger

from apps.workflow.triggers import SEED_VERB, VERB


def weights_are_a_hundred() -> pgtrigger.Trigger:
    """A sheet that is not as printed comes into use only with weights that sum to a hundred (AMB-33)."""
    return pgtrigger.Trigger(
        name="weights_are_a_hundred",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.is_active AND NOT NEW.as_printed"),
        func="""
            IF coalesce((SELECT sum(weight) FROM staff_scoreitem WHERE template_id = NEW.id), 0) <> 100 THEN
                RAISE EXCEPTION 'the weights of a new score sheet sum to 100' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def items_stay() -> pgtrigger.Trigger:
    """Items of a template that is in use are neither added nor changed nor taken away: a new template begins later."""
    return pgtrigger.Trigger(
        name="items_stay",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF {VERB} <> '{SEED_VERB}' AND EXISTS (
                SELECT FROM staff_scoretemplate WHERE is_active AND id IN (
                    CASE WHEN TG_OP = 'INSERT' THEN NEW.template_id ELSE OLD.template_id END,
                    CASE WHEN TG_OP = 'DELETE' THEN OLD.template_id ELSE NEW.template_id END
                )
            ) THEN
                RAISE EXCEPTION 'the items of a score sheet in use stay as they are' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


def scored_while_open() -> pgtrigger.Trigger:
    """Scores come and change while the sheet is open, on items of its own template, and never one's own as committee.

    The sheet is held meanwhile, so that it cannot be closed under somebody who scores.
    """
    return pgtrigger.Trigger(
        name="scored_while_open",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("held", "record")],
        func=f"""
            IF {VERB} = '{SEED_VERB}' THEN RETURN NEW; END IF;
            SELECT s.state, s.template_id, e.user_id INTO held FROM staff_scoresheet s
                JOIN org_employee e ON e.id = s.employee_id WHERE s.id = NEW.sheet_id FOR SHARE OF s;
            IF held.state <> 'open' THEN
                RAISE EXCEPTION 'this score sheet is not open' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.part = 'committee' AND NEW.member_id = held.user_id THEN
                RAISE EXCEPTION 'nobody scores themselves for the committee' USING ERRCODE = 'check_violation';
            END IF;
            IF NOT EXISTS (SELECT FROM staff_scoreitem WHERE id = NEW.item_id AND template_id = held.template_id) THEN
                RAISE EXCEPTION 'this item is of another score sheet' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - declared in code
    )
