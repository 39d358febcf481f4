"""Who and where: people, teams, positions, absences and stand-ins; clients, stores and warehouses as bare identities.

Everybody's name is here; what they do is on the floors above. Nouns: user, employee, team, store, warehouse. Verbs: grant,
stand in, scope.
"""
