"""What an accountant could decide with pencil and paper."""
