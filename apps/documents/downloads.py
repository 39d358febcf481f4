"""Papers as answers of any door: a file that no browser guesses at or keeps, and a page to print."""

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from apps.documents.actions import OpenedPaper


def pdf_answer(paper: OpenedPaper) -> FileResponse:
    """The file as a download."""
    answer = FileResponse(paper.stream, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, paper.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "no-store"
    return answer


def page_answer(html: str) -> HttpResponse:
    """The page, under the desk's own policy."""
    answer = HttpResponse(html)
    answer["Cache-Control"] = "no-store"
    return answer
