"""Parameters: what a manager may change, with a date from which it holds and the rule it comes from.

Nouns: parameter, value. Verbs: set, look up. What is declared in code has a type, a default and its rule ids.
"""
