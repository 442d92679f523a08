"""Faults that are injected, and what is promised to happen; docs/robustness.md is written from these tables."""
