"""Local knowledge: whom a worker who answers for another municipality can turn to there, and who is open now.

``entry`` says what one entry is; ``hours_text`` reads and says opening hours in people's own words;
``book`` finds, writes and removes entries.
"""
