"""Calls: webhooks verified and parsed, decisions saved, spoken answers given."""
