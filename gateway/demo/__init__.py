"""The demo: the whole house on one machine with a telephone company in a box, and a look behind it."""
