"""The citizen's chat page, and the one script that puts it on other sites.

Python here only answers GET: what the page says, its style and its script. Everything that happens in a
conversation goes over the socket, as any other client's would.
"""
