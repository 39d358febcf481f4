"""The desk: home page per role, order desk, imports, search, bell. Reads every floor, owns nothing but views.

Everybody works here. It may look down at all floors; nobody looks up at it.
"""
