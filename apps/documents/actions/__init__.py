"""The verbs of the paper room."""

from apps.documents.actions.issue import issue
from apps.documents.actions.issue_once import issue_once
from apps.documents.actions.print_again import print_again
from apps.documents.actions.read import OpenedPaper, open_page, open_pdf
from apps.documents.actions.render import render, render_waiting

__all__ = ["OpenedPaper", "issue", "issue_once", "open_page", "open_pdf", "print_again", "render", "render_waiting"]
