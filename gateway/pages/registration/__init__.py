"""Pages of registrations: the form on the phone, what is missing, stays and crisis plans."""
