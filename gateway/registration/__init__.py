"""The registration form after each contact, and by hand for what no telephone tells of."""
