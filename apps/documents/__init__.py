"""Documents: the papers of the house, from pick list to settlement statement, each numbered, frozen and printed.

Everybody's papers are made here. Nouns: document, kind, paper. Verbs: issue, render, print again, open. A document is its
frozen context; the PDF is only a picture of it and can be made again at any time.
"""
