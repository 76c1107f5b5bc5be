"""An audit log that is only added to, lifted numbers, callers' keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ONLY_ADDED_TO = {
    "sqlite": [
        f"CREATE TRIGGER audit_entries_no_{what.lower()} BEFORE {what} ON audit_entries "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
        for what in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$",
        "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=True),
        sa.Column("night_line", sa.String(length=64), nullable=True),
        sa.Column("contact", sa.String(length=32), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_line_number"), ["line", "number"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entries_night_line_number"), ["night_line", "number"], unique=False
        )

    op.create_table(
        "caller_keys",
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_caller_keys")),
    )
    op.create_table(
        "number_lifts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_number_lifts_contact_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_lifts")),
    )
    with op.batch_alter_table("number_lifts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_number_lifts_contact"), ["contact"], unique=False)

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("caller_hash", sa.String(length=64), nullable=True))

    for statement in _ONLY_ADDED_TO[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_column("caller_hash")

    with op.batch_alter_table("number_lifts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_number_lifts_contact"))

    op.drop_table("number_lifts")
    op.drop_table("caller_keys")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_night_line_number"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_line_number"))

    op.drop_table("audit_entries")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_only_added_to()")
