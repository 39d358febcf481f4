"""Habits of every API door: denied by default, strict JSON, strict fields, pages by key, refusals as codes.

The framework loads some of these modules while it is itself half loaded, so each is imported by its own name.
"""
