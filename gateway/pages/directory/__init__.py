"""The directory as workers search it and coordinators keep it."""
