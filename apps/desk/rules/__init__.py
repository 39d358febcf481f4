"""What the desk can decide with pencil and paper: clocks in words, page cursors, what a searched text is."""
