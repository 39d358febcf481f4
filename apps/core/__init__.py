"""What every floor stands on: money, calendar, clocks, numbers, facts, questions, errors, tables in and out.

Nobody works here. Nouns: Money, business day, number series, finding. Verbs: round, split, count days, announce, ask.
"""
