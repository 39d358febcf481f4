"""Sheets: master data kept in spreadsheets, brought in by the thousand rows and looked at before anything changes.

Planners, store managers and warehouse leads work here. Nouns: kind, column, sheet, row, verdict. Verbs: upload, check,
apply, discard. Which kinds there are the floors above say (`kinds.register`); this floor reads the file, keeps its rows,
and asks the kind what each of them would do.
"""
