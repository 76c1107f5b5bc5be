"""Who rings, and why: pure decisions on values and a passed-in instant.

No Flask, no SQL, no Redis and no clock of its own: the same question always has the same answer.
"""
