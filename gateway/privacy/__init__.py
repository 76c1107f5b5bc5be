"""What is promised about people's data, made true: hashes, retention, erasing, key rotation, a report."""
