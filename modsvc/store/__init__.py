"""All the SQL: one text for SQLite and PostgreSQL, one file per family of tables."""
