"""The statistics pages: which tables, for which period and lines, as tables, pictures and files."""
