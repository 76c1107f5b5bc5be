"""Night reports as the home line reads and takes them, and as whoever had the conversation writes them."""
