"""Statistics over registrations and contacts: the evaluation's tables, for any period and lines."""
