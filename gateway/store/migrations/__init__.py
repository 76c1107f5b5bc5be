"""Revisions of the schema, oldest first; ``gateway.store.migrate`` runs them."""
