"""What the home line hears of conversations that somebody else had for it: the night line, or its back-up.

Nothing has to be sent: whatever was answered for a line by somebody who is none of its own waits on top of
its people's lists until one of them has read and taken it.
"""
