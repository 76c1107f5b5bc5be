"""The coordinators' pages about rosters: the editor and what stands around it."""
