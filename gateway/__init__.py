"""The telephone and staff side: webhooks, contacts, rosters, the carrier, the store, the command line."""
