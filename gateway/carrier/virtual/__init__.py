"""A telephone company in a box: it speaks the carrier's HTTP on both sides, and holds everybody's phones.

``exchange.Exchange`` is the engine: it has no threads, no sockets and no clock of its own, so a test plays a
night in a second, the same way every time. ``rest.create_rest_app`` answers the carrier's REST calls,
``twiml``/``flow`` play what the gateway's webhooks answer, ``scripts`` are people at their phones, ``faults``
loses, doubles, delays and refuses. ``server`` runs the same engine in real time with a page of phones.

Whatever the box does not play as the real carrier would is refused and written to ``Exchange.complaints``:
a test that ends with a complaint has failed.
"""
