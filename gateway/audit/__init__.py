"""Who did what about a citizen or an account: only added to, each entry chained to the one before."""
