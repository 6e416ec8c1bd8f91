"""Runs migrations on the connection it is handed, inside its transaction."""

from alembic import context

from modsvc.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    # The caller has begun the transaction and commits it: all of a migration, or none.
    transactional_ddl=False,
)
context.run_migrations()
