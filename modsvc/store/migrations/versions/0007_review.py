"""What moderators work with: orders, filters, acts that can be undone, second opinions, views."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN: dict[str, Any] = {
    "sqlite_where": sa.text("closed_at IS NULL"),
    "postgresql_where": sa.text("closed_at IS NULL"),
}
CLOSED: dict[str, Any] = {
    "sqlite_where": sa.text("closed_at IS NOT NULL"),
    "postgresql_where": sa.text("closed_at IS NOT NULL"),
}


def upgrade() -> None:
    """Add what is missing, count the cases that are open, and say what they are here for."""
    _widen_cases()
    _create_case_tables()
    _create_acts()
    _create_desk()
    _create_mentions()
    _create_search()
    op.create_index(op.f("ix_outbox_site_position"), "outbox", ["site", "position"])
    op.create_table(
        "views",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["moderators.id"], name=op.f("fk_views_made_by_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_views_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_views")),
        sa.UniqueConstraint("site", "made_by", "name", name=op.f("uq_views_site_made_by_name")),
    )
    op.add_column(
        "sites", sa.Column("open_cases", sa.Integer(), server_default="0", nullable=False)
    )
    op.execute(
        "UPDATE sites SET open_cases = (SELECT count(*) FROM cases"
        " WHERE cases.site = sites.id AND cases.closed_at IS NULL)"
    )


def _widen_cases() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("kind", sa.Text(), server_default="held", nullable=False))
        cases.add_column(sa.Column("about", sa.BigInteger(), nullable=True))
        cases.add_column(sa.Column("checks", sa.BigInteger(), nullable=True))
        cases.add_column(sa.Column("not_for", KEY, nullable=True))
        cases.add_column(sa.Column("language", sa.Text(), nullable=True))
        cases.add_column(sa.Column("worst", sa.Float(), server_default="0", nullable=False))
        cases.add_column(sa.Column("escalated_at", MOMENT, nullable=True))
        cases.add_column(sa.Column("assigned_to", KEY, nullable=True))
        for column in ("not_for", "assigned_to"):
            name = op.f(f"fk_cases_{column}_moderators")
            cases.create_foreign_key(name, "moderators", [column], ["id"])
    op.execute(
        "UPDATE cases SET about = (SELECT position FROM comments"
        " WHERE comments.key = cases.comment) WHERE closed_at IS NULL"
    )
    _tell_languages()
    op.create_index("ix_cases_open_opened", "cases", ["site", "opened_at", "id"], **OPEN)
    op.create_index("ix_cases_open_worst", "cases", ["site", "worst", "id"], **OPEN)
    for column in ("escalated_at", "assigned_to"):
        where = sa.text(f"closed_at IS NULL AND {column} IS NOT NULL")
        op.create_index(
            f"ix_cases_open_{column.partition('_')[0]}",
            "cases",
            ["site", column, "id"],
            sqlite_where=where,
            postgresql_where=where,
        )
    for asked, *more in (("not_for",), ("language", "id")):
        known = sa.text(f"closed_at IS NULL AND {asked} IS NOT NULL")
        op.create_index(
            f"ix_cases_open_{asked}",
            "cases",
            ["site", asked, *more],
            sqlite_where=known,
            postgresql_where=known,
        )
    op.create_index("ix_cases_comment", "cases", ["comment", "id"])
    op.create_index("ix_cases_site_opened_at", "cases", ["site", "opened_at", "closed_at"])
    op.create_index("ix_cases_site_closed_at", "cases", ["site", "closed_at"], **CLOSED)


def _tell_languages() -> None:
    """Tell open cases the language that they were judged in, without its country or script."""
    if op.get_bind().dialect.name == "postgresql":
        main = "lower(split_part(facts::json ->> 'language', '-', 1))"
    else:
        tag = "json_extract(facts, '$.language')"
        main = f"lower(substr({tag}, 1, instr({tag} || '-', '-') - 1))"
    cases = sa.table("cases", *map(sa.column, ("site", "about", "closed_at", "language")))
    decisions = sa.table("decisions", sa.column("site"), sa.column("position"))
    told = (
        sa.select(sa.literal_column(main))
        .select_from(decisions)
        .where(decisions.c.site == cases.c.site, decisions.c.position == cases.c.about)
        .scalar_subquery()
    )
    op.execute(sa.update(cases).where(cases.c.closed_at.is_(None)).values(language=told))


def _create_case_tables() -> None:
    op.create_table(
        "case_signals",
        sa.Column("case", KEY, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("is_reason", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_signals_case_cases")),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_case_signals_site_sites")),
        sa.PrimaryKeyConstraint("case", "code", name=op.f("pk_case_signals")),
    )
    for column in ("is_reason", "strength"):
        name = op.f(f"ix_case_signals_site_code_{column}_case")
        op.create_index(name, "case_signals", ["site", "code", column, "case"])
    op.create_table(
        "case_passes",
        sa.Column("case", KEY, nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("left_to", KEY, nullable=True),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_passes_case_cases")),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_case_passes_site_sites")),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_case_passes_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(
            ["left_to"], ["moderators.id"], name=op.f("fk_case_passes_left_to_moderators")
        ),
        sa.PrimaryKeyConstraint("case", "moderator", name=op.f("pk_case_passes")),
    )
    op.create_table(
        "opinions",
        sa.Column("case", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.BigInteger(), nullable=False),
        sa.Column("about_action", sa.Text(), nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_opinions_case_cases")),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_opinions_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_opinions_site_sites")),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_opinions")),
    )
    op.create_index(
        op.f("ix_opinions_site_kind_given_at"), "opinions", ["site", "kind", "given_at"]
    )


def _create_acts() -> None:
    op.create_table(
        "acts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="{}", nullable=False),
        sa.Column("n_cases", sa.Integer(), nullable=False),
        sa.Column("acted_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_acts_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_acts_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
        sa.UniqueConstraint("moderator", "form", name=op.f("uq_acts_moderator_form")),
    )
    op.create_index(op.f("ix_acts_site_moderator_id"), "acts", ["site", "moderator", "id"])
    op.create_index(op.f("ix_acts_site_acted_at"), "acts", ["site", "acted_at"])
    op.create_table(
        "act_cases",
        sa.Column("act", KEY, nullable=False),
        sa.Column("case", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_act_cases_site_sites")),
        sa.ForeignKeyConstraint(["act"], ["acts.id"], name=op.f("fk_act_cases_act_acts")),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_act_cases_case_cases")),
        sa.PrimaryKeyConstraint("act", "case", name=op.f("pk_act_cases")),
    )
    op.create_index(op.f("ix_act_cases_case"), "act_cases", ["case"])


def _create_desk() -> None:
    op.create_table(
        "draws",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_draws_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_draws_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
    )
    op.create_index(op.f("ix_draws_drawn_at"), "draws", ["drawn_at"])
    op.create_table(
        "hours",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("hour", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sums", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_hours_site_sites")),
        sa.PrimaryKeyConstraint("site", "hour", name=op.f("pk_hours")),
    )


def _create_mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("note", KEY, nullable=False),
        sa.Column("moderator", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["note"], ["notes.id"], name=op.f("fk_mentions_note_notes")),
        sa.ForeignKeyConstraint(
            ["moderator"], ["moderators.id"], name=op.f("fk_mentions_moderator_moderators")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_mentions_site_sites")),
        sa.PrimaryKeyConstraint("note", "moderator", name=op.f("pk_mentions")),
    )
    op.create_index(
        op.f("ix_mentions_site_moderator_note"), "mentions", ["site", "moderator", "note"]
    )
    which = sa.text("parent_id IS NOT NULL")
    where: dict[str, Any] = {"sqlite_where": which, "postgresql_where": which}
    op.create_index("ix_revisions_parent", "revisions", ["parent_id", "comment"], **where)


def _create_search() -> None:
    op.create_table(
        "search_texts",
        sa.Column("comment", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment"], ["comments.key"], name=op.f("fk_search_texts_comment_comments")
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_search_texts_site_sites")),
        sa.PrimaryKeyConstraint("comment", name=op.f("pk_search_texts")),
    )
    op.create_table(
        "search_marks",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_search_marks_site_sites")),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_search_marks")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Kept, since an index on the expression alone has it computed for each row looked at again.
        op.execute(
            "ALTER TABLE search_texts ADD COLUMN document tsvector"
            " GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED"
        )
        op.execute("CREATE INDEX ix_search_texts_document ON search_texts USING gin (document)")
        return
    # The words are folded already, and kept apart by blanks: ASCII's tokens are just those.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "text, content='search_texts', content_rowid='comment', tokenize='ascii', prefix='3')"
    )
    gone = (
        "INSERT INTO search_index (search_index, rowid, text)"
        " VALUES ('delete', OLD.comment, OLD.text);"
    )
    new = "INSERT INTO search_index (rowid, text) VALUES (NEW.comment, NEW.text);"
    for name, when, does in (
        ("added", "INSERT", new),
        ("dropped", "DELETE", gone),
        ("changed", "UPDATE OF text", f"{gone} {new}"),
    ):
        op.execute(
            f"CREATE TRIGGER search_texts_{name} AFTER {when} ON search_texts BEGIN {does} END"
        )
