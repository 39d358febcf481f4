"""Notices: the bell. Nouns: notice. Verbs: tell, read. Other channels come as gateways that read the same rows."""
