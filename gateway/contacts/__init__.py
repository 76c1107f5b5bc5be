"""A contact's life, one for every channel: what may follow what, who has it, who rings next."""
