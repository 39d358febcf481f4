"""The base of every record page in the house: scope, rights, buttons, timeline, and lists that stay quick.

The pages themselves are declared in each floor's `admin`.
"""
