"""SQL, the truth: connections, tables, migrations, and the vault for what must not be read from them."""
