"""The citizens' web chat: a Socket.IO server of its own, beside the web process."""
