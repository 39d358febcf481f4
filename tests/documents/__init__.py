"""Papers: text extracted from the PDF against golden files, and what the printer withstands."""
