"""What the warehouse's pages and papers read."""
