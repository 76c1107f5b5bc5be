"""What was promised citizens, and when it is due."""
