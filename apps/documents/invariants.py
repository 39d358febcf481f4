"""What must be true of all papers at any time."""

from apps.core.invariants import Invariant

DOCUMENTS = [
    Invariant(
        "documents.numbers_have_no_gap",
        "a kind's papers of one day are as many as its counter says",
        "SELECT s.series, s.day FROM core_numberseries s LEFT JOIN documents_document d "
        "ON s.series = 'documents.' || d.kind AND s.day = d.day WHERE s.series LIKE 'documents.%' "
        "GROUP BY s.series, s.day, s.last HAVING count(d.id) <> s.last",
    ),
    Invariant(
        "documents.ready_papers_have_their_file",
        "a paper that is ready has its file and the file's digest",
        "SELECT d.id FROM documents_document d LEFT JOIN files_storedfile f ON f.id = d.file_id "
        "WHERE d.state = 'rendered' AND (f.id IS NULL OR encode(f.sha256, 'hex') <> d.file_hash)",
    ),
    Invariant(
        "documents.replaced_by_their_own_kind",
        "a paper replaces a paper of its own kind",
        "SELECT d.id FROM documents_document d JOIN documents_document o ON o.id = d.supersedes_id "
        "WHERE o.kind <> d.kind",
    ),
]
