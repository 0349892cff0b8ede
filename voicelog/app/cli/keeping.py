"""backup, restore, delete: the diary's copies, and its end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from voicelog.app.cli import options, period
from voicelog.app.cli.opened import agreed, ask_passphrase, entries, no_diary, opened_diary
from voicelog.core.errors import DiaryError, UsageError

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@options.db
@options.config
@options.as_json
@click.option("-o", "--output", type=_FILE, metavar="FILE", help="Write it there, beside the daily ones kept.")
def backup(db: Path | None, config: Path | None, as_json: bool, output: Path | None) -> None:
    """Copy the diary, even while it is in use, and check the copy."""
    from voicelog.diary.repair.backup import back_up, check_backup

    settings = options.settings_of(config, db=db)
    no_diary(output, settings.diary_path)
    with opened_diary(config, db) as diary:
        made = back_up(diary.path, diary.key, keep=max(settings.diary.backups, 1), to=output)
        count = check_backup(made, diary.key)
    options.tell(f"{count} {entries(count)} backed up to {made}.")
    if as_json:
        options.print_json({"event": "backed up", "entries": count, "file": str(made)})


@click.command()
@options.db
@options.config
@options.as_json
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--list", "listed", is_flag=True, help="Show the backups there are, newest first.")
@click.option("--missing", is_flag=True, help="Keep the diary and add only the entries it lacks.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(
    db: Path | None, config: Path | None, as_json: bool, file: Path | None, listed: bool, missing: bool, yes: bool
) -> int:
    """Put a backup in the place of the diary: FILE, or the newest there is. The present diary is kept beside it."""
    from voicelog.diary.repair.backup import backup_time, backups

    path = options.settings_of(config, db=db).diary_path
    kept = backups(path)
    if listed:
        for each in kept:
            made = backup_time(each).astimezone()
            if as_json:
                options.print_json({"file": str(each), "made": made.isoformat()})
            else:
                options.show(f"{made:%Y-%m-%d %H:%M}  {each}")
        return 0
    if file is None and not kept:
        raise DiaryError(f"There is no backup of {path}. Give the backup's file.")
    chosen = file or kept[0]
    if missing:
        return _restore_missing(db, config, chosen, as_json)
    return _restore_whole(path, chosen, yes, as_json)


def _restore_whole(path: Path, chosen: Path, yes: bool, as_json: bool) -> int:
    from voicelog.diary.privacy.passphrase import key_for
    from voicelog.diary.repair.backup import check_backup
    from voicelog.diary.repair.backup import restore as put_back

    key = key_for(chosen, ask_passphrase)
    count = check_backup(chosen, key)
    if not agreed(f"Put {chosen.name} with {count} {entries(count)} in the place of {path}?", yes):
        options.tell("Nothing was changed.")
        return 0
    aside = put_back(path, chosen, key)
    kept = f" The diary as it was is kept as {aside}." if aside else ""
    options.tell(f"{count} {entries(count)} restored from {chosen}.{kept}")
    if as_json:
        options.print_json({"event": "restored", "entries": count, "kept": None if aside is None else str(aside)})
    return 0


def _restore_missing(db: Path | None, config: Path | None, chosen: Path, as_json: bool) -> int:
    from voicelog.diary.exchange.intake import take_in
    from voicelog.diary.repair.backup import check_backup, read_backup

    with opened_diary(config, db) as diary:
        check_backup(chosen, diary.key)
        now = datetime.now().astimezone()
        items = enumerate(read_backup(chosen, diary.key), 1)
        taken = take_in(diary, items, chosen.name, now, lambda: None)
    options.tell(f"{taken.added} {entries(taken.added)} added from {chosen}.")
    if as_json:
        options.print_json({"event": "restored", "entries": taken.added, "kept": None})
    return 0


@click.command()
@options.db
@options.config
@options.as_json
@options.now
@click.option("--before", metavar="TIME", help="Everything that happened before this day or time.")
@click.option("--all", "everything", is_flag=True, help="The whole diary.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(
    db: Path | None,
    config: Path | None,
    as_json: bool,
    now: datetime | None,
    before: str | None,
    everything: bool,
    yes: bool,
) -> int:
    """Delete entries for good, with their history and sound, from the diary and from every backup.

    As backups cannot be deleted from in part, they are deleted whole; with --before a new one is made afterwards.
    """
    from voicelog.diary.repair.backup import backups
    from voicelog.diary.repair.erase import copies, erase, sounds_to_erase, to_erase

    if (before is None) != everything:
        raise UsageError("Say what to delete: --before TIME or --all.")
    moment = now or datetime.now().astimezone()
    limit = None if before is None else period.moment(before, moment, "--before")
    name = options.settings_of(config, db=db).diary_path
    with opened_diary(config, db) as diary:
        count = to_erase(diary, limit)
        files = copies(diary.path, name)
        copy = "copy" if len(files) == 1 else "copies"
        also = f", {len(files)} older {copy} of the diary (backups and the like)" if files else ""
        sounds = len(sounds_to_erase(diary, limit))
        also += f", the sound of {sounds} utterance{'s' * (sounds != 1)}" if sounds else ""
        if not agreed(f"Delete {count} {entries(count)}{also} for good from {diary.path}?", yes):
            options.tell("Nothing was deleted.")
            return 0
        had = bool(backups(diary.path))
        others = diary.path.stat().st_nlink - 1
        erase(diary, limit, name=name, keep_backup=had and limit is not None)
    if others:
        options.tell(
            f"The diary's file has {others} other name{'s' * (others > 1)} on this disk: the same file, deleted from "
            "too. Backups beside a name in another folder are not known here; delete them by that name."
        )
    options.tell(f"{count} {entries(count)} deleted for good.")
    if as_json:
        options.print_json({"event": "deleted", "entries": count, "copies": len(files)})
    return 0
