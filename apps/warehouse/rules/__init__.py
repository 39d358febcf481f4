"""What a picker's lead could work out with pencil and paper."""
