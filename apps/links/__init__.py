"""Links: signed doors for people without an account. Nouns: signed link. Verbs: issue, follow, revoke."""
