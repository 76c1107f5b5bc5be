"""Planning rosters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("start_wall", sa.String(length=16), nullable=False),
        sa.Column("end_wall", sa.String(length=16), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absences_worker_end_wall"), ["worker", "end_wall"], unique=False)

    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feeds_secret_hash")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feeds_worker"), ["worker"], unique=False)

    op.create_table(
        "draft_edits",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_edits")),
    )
    with op.batch_alter_table("draft_edits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_edits_line_revision"), ["line", "revision"], unique=False)

    op.create_table(
        "intended_gaps",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("start_wall", sa.String(length=16), nullable=False),
        sa.Column("end_wall", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intended_gaps")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("intended_gaps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intended_gaps_line"), ["line"], unique=False)

    op.create_table(
        "minimum_staffing",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minimum_staffing")),
    )
    with op.batch_alter_table("minimum_staffing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minimum_staffing_line"), ["line"], unique=False)

    op.create_table(
        "open_shifts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("start_wall", sa.String(length=16), nullable=False),
        sa.Column("end_wall", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=True),
        sa.Column("from_worker", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("taken_by", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_shifts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("open_shifts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_open_shifts_line_closed_at_start_wall"),
            ["line", "closed_at", "start_wall"],
            unique=False,
        )

    op.create_table(
        "roster_lines",
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("draft_revision", sa.Integer(), nullable=False),
        sa.Column("swaps_need_consent", sa.Boolean(), nullable=False),
        sa.Column("check_minutes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_roster_lines")),
    )
    op.create_table(
        "roster_templates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("rotation", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_templates")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("roster_templates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_templates_line"), ["line"], unique=False)

    op.create_table(
        "worker_notices",
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.Boolean(), nullable=False),
        sa.Column("reminder_minutes", sa.Integer(), nullable=True),
        sa.Column("quiet_from", sa.String(length=5), nullable=False),
        sa.Column("quiet_until", sa.String(length=5), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_notices")),
    )
    op.create_table(
        "draft_shifts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("start_wall", sa.String(length=16), nullable=False),
        sa.Column("end_wall", sa.String(length=16), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.Column("removes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["replaces"], ["shifts.id"], name=op.f("fk_draft_shifts_replaces_shifts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_shifts")),
        sa.UniqueConstraint("replaces", name=op.f("uq_draft_shifts_replaces")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("draft_shifts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_draft_shifts_line_start_wall"), ["line", "start_wall"], unique=False
        )

    op.create_table(
        "shift_confirmations",
        sa.Column("shift", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shift"], ["shifts.id"], name=op.f("fk_shift_confirmations_shift_shifts")),
        sa.PrimaryKeyConstraint("shift", name=op.f("pk_shift_confirmations")),
    )
    op.create_table(
        "swaps",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("shift", sa.Integer(), nullable=False),
        sa.Column("giver", sa.String(length=64), nullable=False),
        sa.Column("taker", sa.String(length=64), nullable=False),
        sa.Column("in_return", sa.Integer(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["in_return"], ["shifts.id"], name=op.f("fk_swaps_in_return_shifts")),
        sa.ForeignKeyConstraint(["shift"], ["shifts.id"], name=op.f("fk_swaps_shift_shifts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swaps")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("swaps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swaps_giver"), ["giver"], unique=False)
        batch_op.create_index(batch_op.f("ix_swaps_line"), ["line"], unique=False)
        batch_op.create_index(batch_op.f("ix_swaps_taker"), ["taker"], unique=False)

    with op.batch_alter_table("roster_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undoes", sa.Integer(), nullable=True))

    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_shifts_since_version"), ["since_version"], unique=False)
        batch_op.create_index(batch_op.f("ix_shifts_until_version"), ["until_version"], unique=False)
        batch_op.create_index(batch_op.f("ix_shifts_worker_end_wall"), ["worker", "end_wall"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shifts_worker_end_wall"))
        batch_op.drop_index(batch_op.f("ix_shifts_until_version"))
        batch_op.drop_index(batch_op.f("ix_shifts_since_version"))
        batch_op.drop_column("origin")

    with op.batch_alter_table("roster_versions", schema=None) as batch_op:
        batch_op.drop_column("undoes")

    with op.batch_alter_table("swaps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_swaps_taker"))
        batch_op.drop_index(batch_op.f("ix_swaps_line"))
        batch_op.drop_index(batch_op.f("ix_swaps_giver"))

    op.drop_table("swaps")
    op.drop_table("shift_confirmations")
    with op.batch_alter_table("draft_shifts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_shifts_line_start_wall"))

    op.drop_table("draft_shifts")
    op.drop_table("worker_notices")
    with op.batch_alter_table("roster_templates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_templates_line"))

    op.drop_table("roster_templates")
    op.drop_table("roster_lines")
    with op.batch_alter_table("open_shifts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open_shifts_line_closed_at_start_wall"))

    op.drop_table("open_shifts")
    with op.batch_alter_table("minimum_staffing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minimum_staffing_line"))

    op.drop_table("minimum_staffing")
    with op.batch_alter_table("intended_gaps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intended_gaps_line"))

    op.drop_table("intended_gaps")
    with op.batch_alter_table("draft_edits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_edits_line_revision"))

    op.drop_table("draft_edits")
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feeds_worker"))

    op.drop_table("calendar_feeds")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_worker_end_wall"))

    op.drop_table("absences")
