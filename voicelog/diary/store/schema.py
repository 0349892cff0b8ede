"""The tables of the diary, as sqlite-utils migrations.

``entries`` holds each entry as it is now, one readable column a field (lists as JSON arrays); ``changes`` every step
of its history; ``unclear`` what was heard but not understood. ``entry_index`` repeats what looks ask for as small
numbers, so that a look over ten years reads a few megabytes; ``words`` are the numbers' meanings, ``totals``
the sums over thirty days, kept by triggers. Everything in these can be made anew from ``entries``.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from voicelog.core.errors import DiaryError
from voicelog.core.fields import FIELDS, INDEXED_FIELDS

APPLICATION_ID = 0x766C6F67
"""``vlog``: marks the file as a diary for ``file`` and for ourselves."""

SPAN = 30 * 86400 * 1_000_000
"""Microseconds over which ``totals`` sums up."""
FIRST = 63_072_000_000_000_000
"""Microseconds from before the first year a datetime knows until 1970, so that no span number is negative."""
_SPAN_OF = f"(({{row}}.at_utc + {FIRST}) / {SPAN})"

migrations = Migrations("voicelog.diary")


@migrations()
def first_tables(db: Database) -> None:
    """The tables of the first version."""
    for statement in _TABLES:
        db.execute(statement)


_TABLES = (
    """
    CREATE TABLE entries (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      at TEXT NOT NULL,
      at_utc INTEGER NOT NULL,
      logged_at TEXT NOT NULL,
      text TEXT NOT NULL,
      confidence REAL NOT NULL,
      severity REAL,
      intensity TEXT,
      locations TEXT,
      type TEXT,
      sensations TEXT,
      triggers TEXT,
      context TEXT,
      duration_s REAL,
      medication TEXT,
      dose REAL,
      unit TEXT,
      treatment TEXT,
      symptom TEXT,
      note TEXT,
      running INTEGER NOT NULL DEFAULT 0,
      unsure TEXT,
      version INTEGER NOT NULL,
      removed INTEGER NOT NULL DEFAULT 0,
      checksum INTEGER NOT NULL
    )
    """,
    "CREATE INDEX entries_by_time ON entries (at_utc, seq) WHERE removed = 0",
    "CREATE INDEX entries_running ON entries (at_utc, seq) WHERE running = 1 AND removed = 0",
    """
    CREATE TABLE changes (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      entry_id TEXT NOT NULL,
      op TEXT NOT NULL,
      at TEXT NOT NULL,
      words TEXT NOT NULL,
      undoes TEXT,
      before TEXT,
      after TEXT NOT NULL
    )
    """,
    "CREATE INDEX changes_of_entry ON changes (entry_id, seq)",
    """
    CREATE TABLE unclear (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      at TEXT NOT NULL,
      at_utc INTEGER NOT NULL,
      text TEXT NOT NULL
    )
    """,
    "CREATE INDEX unclear_by_time ON unclear (at_utc, seq)",
    "CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    """
    CREATE TABLE words
    (field TEXT, value TEXT, code INTEGER NOT NULL, kinds INTEGER NOT NULL, PRIMARY KEY (field, value))
    WITHOUT ROWID
    """,
    """
    CREATE TABLE entry_index (
      kind INTEGER NOT NULL,
      at_utc INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      severity REAL,
      duration_s REAL,
      second INTEGER NOT NULL,
      parts INTEGER NOT NULL,
      lefts INTEGER NOT NULL,
      rights INTEGER NOT NULL,
      triggers INTEGER NOT NULL,
      sensations INTEGER NOT NULL,
      context INTEGER NOT NULL,
      intensity INTEGER,
      type INTEGER,
      medication INTEGER,
      unit INTEGER,
      dose REAL,
      treatment INTEGER,
      symptom INTEGER,
      unsure INTEGER NOT NULL,
      badness REAL NOT NULL,
      PRIMARY KEY (kind, at_utc, seq)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE totals (
      kind INTEGER NOT NULL,
      span INTEGER NOT NULL,
      count INTEGER NOT NULL,
      with_severity INTEGER NOT NULL,
      severity REAL NOT NULL,
      duration_s REAL NOT NULL,
      PRIMARY KEY (kind, span)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE dose_totals (
      span INTEGER NOT NULL,
      medication INTEGER NOT NULL,
      unit INTEGER NOT NULL,
      count INTEGER NOT NULL,
      with_dose INTEGER NOT NULL,
      dose REAL NOT NULL,
      PRIMARY KEY (span, medication, unit)
    ) WITHOUT ROWID
    """,
    f"""
    CREATE TRIGGER dose_totals_more AFTER INSERT ON entry_index WHEN new.medication IS NOT NULL BEGIN
      INSERT INTO dose_totals (span, medication, unit, count, with_dose, dose)
      VALUES ({_SPAN_OF.format(row="new")}, new.medication, coalesce(new.unit, -1), 1, new.dose IS NOT NULL,
        coalesce(new.dose, 0))
      ON CONFLICT (span, medication, unit) DO UPDATE SET count = count + 1,
        with_dose = with_dose + excluded.with_dose, dose = dose + excluded.dose;
    END
    """,
    f"""
    CREATE TRIGGER dose_totals_less AFTER DELETE ON entry_index WHEN old.medication IS NOT NULL BEGIN
      UPDATE dose_totals SET count = count - 1, with_dose = with_dose - (old.dose IS NOT NULL),
        dose = dose - coalesce(old.dose, 0)
      WHERE span = {_SPAN_OF.format(row="old")} AND medication = old.medication AND unit = coalesce(old.unit, -1);
    END
    """,
    f"""
    CREATE TRIGGER totals_more AFTER INSERT ON entry_index BEGIN
      INSERT INTO totals (kind, span, count, with_severity, severity, duration_s)
      VALUES (new.kind, {_SPAN_OF.format(row="new")}, 1, new.severity IS NOT NULL,
        coalesce(new.severity, 0), coalesce(new.duration_s, 0))
      ON CONFLICT (kind, span) DO UPDATE SET count = count + 1, with_severity = with_severity + excluded.with_severity,
        severity = severity + excluded.severity, duration_s = duration_s + excluded.duration_s;
    END
    """,
    f"""
    CREATE TRIGGER totals_less AFTER DELETE ON entry_index BEGIN
      UPDATE totals SET count = count - 1, with_severity = with_severity - (old.severity IS NOT NULL),
        severity = severity - coalesce(old.severity, 0), duration_s = duration_s - coalesce(old.duration_s, 0)
      WHERE kind = old.kind AND span = {_SPAN_OF.format(row="old")};
    END
    """,
    "CREATE INDEX entry_index_worst ON entry_index (kind, badness, at_utc)",
    "CREATE INDEX entry_index_longest ON entry_index (kind, duration_s, at_utc)",
    "CREATE INDEX entry_index_unsure ON entry_index (kind, at_utc) WHERE unsure = 1",
    """
    CREATE VIRTUAL TABLE entries_fts USING fts5
    (note, content = 'entries', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2')
    """,
    """
    CREATE TRIGGER entries_fts_added AFTER INSERT ON entries WHEN new.note IS NOT NULL BEGIN
      INSERT INTO entries_fts (rowid, note) VALUES (new.seq, new.note);
    END
    """,
    """
    CREATE TRIGGER entries_fts_changed AFTER UPDATE OF note ON entries WHEN old.note IS NOT new.note BEGIN
      INSERT INTO entries_fts (entries_fts, rowid, note) SELECT 'delete', old.seq, old.note WHERE old.note IS NOT NULL;
      INSERT INTO entries_fts (rowid, note) SELECT new.seq, new.note WHERE new.note IS NOT NULL;
    END
    """,
    """
    CREATE TRIGGER entries_fts_gone AFTER DELETE ON entries WHEN old.note IS NOT NULL BEGIN
      INSERT INTO entries_fts (entries_fts, rowid, note) VALUES ('delete', old.seq, old.note);
    END
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
)


@migrations()
def more_fields(db: Database) -> None:
    """Several spasms in one entry, comparisons, doses not taken, ratings of days, units injected."""
    there = {row[1] for row in db.execute("PRAGMA table_info(entries)")}
    for name, column in _MORE_FIELDS.items():
        if name not in there:
            db.execute(f"ALTER TABLE entries ADD COLUMN {name} {column}")
    db.execute("CREATE INDEX IF NOT EXISTS entries_of_several ON entries (count) WHERE count > 1")


_MORE_FIELDS = {
    "count": "REAL", "about": "INTEGER", "until": "TEXT", "every_s": "REAL", "compared": "TEXT", "taken": "INTEGER",
    "rating_of": "TEXT", "units": "REAL",
}  # fmt: skip


_FORMS = {"number": "REAL", "flag": "INTEGER"}
_LATER_FIELDS = {
    field.name: _FORMS.get(field.form, "TEXT")
    for field in FIELDS
    if field.name not in _MORE_FIELDS and field.name not in INDEXED_FIELDS
}
"""The columns of fields that the table has gained since; each is a migration of its own."""


def _add_field(name: str, column: str) -> None:
    @migrations(name=f"field {name}")
    def field(db: Database) -> None:
        if name not in {row[1] for row in db.execute("PRAGMA table_info(entries)")}:
            db.execute(f"ALTER TABLE entries ADD COLUMN {name} {column}")
        db.execute(f"CREATE INDEX IF NOT EXISTS entries_by_{name} ON entries ({name}) WHERE {name} IS NOT NULL")


for _name, _column in _LATER_FIELDS.items():
    _add_field(_name, _column)


def show_all_fields(conn: sqlite3.Connection) -> None:
    """Let a file of an earlier release be read as if it had all columns, without changing it; they are empty."""
    there = {row[1] for row in conn.execute("PRAGMA main.table_info(entries)")}
    lacking = [name for name in (*_MORE_FIELDS, *_LATER_FIELDS) if name not in there] if there else []
    if lacking:
        more = ", ".join(f'NULL AS "{name}"' for name in lacking)
        conn.execute(f"CREATE TEMP VIEW IF NOT EXISTS entries AS SELECT rowid AS rowid, *, {more} FROM main.entries")


def is_empty(db: Database) -> bool:
    """Whether nothing was made yet, or no more than the list of migrations before power went."""
    row = db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%'").fetchone()
    return bool(row[0] == 0) and not migrations.applied(db)


class ForeignError(DiaryError):
    """The database does not say that it is a diary."""


def check_ours(db: Database) -> None:
    """:class:`ForeignError` for another program's database, :class:`DiaryError` for a diary from a newer version."""
    known = {migration.name for migration in migrations._migrations}
    applied = {migration.name for migration in migrations.applied(db)}
    if "first_tables" not in applied:
        raise ForeignError("is the database of another program, not a diary; nothing was changed. Give another --db.")
    if applied - known:
        raise DiaryError("was written by a newer version of voicelog; nothing was changed. Update voicelog.")


def bring_up_to_date(db: Database) -> None:
    """Create what is missing."""
    migrations.apply(db)
