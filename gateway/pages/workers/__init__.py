"""Workers as their coordinators see them: who can be reached, and where they are signed in."""
