"""What came out: metrics over seeds, tables beside published numbers, the verdict on each statement."""
