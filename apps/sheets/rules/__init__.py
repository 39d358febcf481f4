"""What can be done with pencil and paper: cells, columns, rows of a file."""
