"""What must happen outside: done at once by the process that decided it, swept up by another if it died."""
