"""How Alembic reaches the database and the models."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool

from foundation.core.db import Base

engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
    with context.begin_transaction():
        # Two servers that start together upgrade one after the other.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7041776)")
        context.run_migrations()
engine.dispose()
