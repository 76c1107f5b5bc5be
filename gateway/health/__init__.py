"""Whether this process can do its work, and figures of what it did."""
