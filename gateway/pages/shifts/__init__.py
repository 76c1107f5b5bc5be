"""A worker's own shifts: what comes, swaps, shifts that are free, being ill, their calendar."""
