"""The duty phone's pages. They work without a script; with one they are live, ring, and lose no letter."""
