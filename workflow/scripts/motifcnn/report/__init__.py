"""The report: findings in words, tables, figures, the page."""
