"""The rosters of a running house: read from files, published in SQL, kept at hand in every process."""
