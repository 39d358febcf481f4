"""What a person could decide about orders with pencil and paper."""
