"""Telling workers' phones something while no page of ours is open (Web Push, RFC 8030, 8291 and 8292).

``telling.tell`` is all that others need: called in a transaction, it writes what is to be sent.
"""
