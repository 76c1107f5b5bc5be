"""What citizens and workers write to each other: opening, writing, taking, ending, coming back."""
