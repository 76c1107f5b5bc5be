"""What would fail tonight, looked for before it does."""
