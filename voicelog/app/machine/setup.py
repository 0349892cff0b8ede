"""Setting up: what the system lacks, and the model, told of as it goes."""

from __future__ import annotations

from compileall import compile_dir
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from voicelog.app.machine.download import Progress as Report
from voicelog.app.machine.install import install_model
from voicelog.app.machine.live_settings import keep
from voicelog.app.machine.models import (
    ListedModel,
    Source,
    check_own,
    install_folder,
    installed_separation,
    listed_model,
    separation_model,
)
from voicelog.app.machine.packages import install, lacking, remedy
from voicelog.app.machine.settings_file import load_settings, settings_path
from voicelog.core.errors import ModelError
from voicelog.core.settings import Settings


def set_up(config: Path | None, own: Path | None, source: str | None, install_system: bool) -> bool:
    """Set everything up; true if nothing is lacking at the end. Raises :class:`VoicelogError`."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    settings = load_settings(config)
    ready = _system(console, install_system)
    if own is not None:
        folder = own.expanduser().resolve()
        check_own(folder)
        keep(settings_path(config), "model.dir", str(folder))
        console.print(f"The recogniser's model is yours in {folder}.", markup=False)
    else:
        _model(console, settings, source)
    _separation(console, settings, source)
    if ready:
        compile_dir(Path(__file__).parents[2], quiet=2)  # where it was not installed but is run from its source
        _words(console, load_settings(config))
        console.print("All is set up.")
    return ready


def _system(console: Console, install_system: bool) -> bool:
    if install_system and (parts := lacking()):
        install(parts)
    parts = tuple(part for part in lacking() if part.needed)
    for part in parts:
        console.print(f"{part.name} is missing; it is needed for {part.use}. {remedy((part,))}", markup=False)
    if parts and not install_system:
        console.print('"voicelog setup --install-system" does that for you.', markup=False)
    return not parts


def _model(console: Console, settings: Settings, source: str | None) -> None:
    if settings.model.dir and source is None:
        check_own(Path(settings.model.dir).expanduser())
        console.print(f"The recogniser's model is yours in {settings.model.dir}.", markup=False)
        return
    model = listed_model(settings.grammar.language)
    sources = (Source(url=source),) if source is not None else None
    _installed(console, model, "The recogniser's model", sources)


def _separation(console: Console, settings: Settings, source: str | None) -> None:
    """The model that separates voices; that it cannot be had is told, and no reason to stop."""
    model = separation_model()
    own = Path(settings.model.dir).expanduser() if settings.model.dir else None
    if own is not None and source is None and (there := installed_separation(own)) is not None:
        console.print(f"The model that separates voices is there and whole: {there}", markup=False)
        return
    given = (Source(url=source), *model.sources) if source is not None else None
    try:
        _installed(console, model, "The model that separates voices", given)
    except ModelError as error:
        console.print(f"{error} Without it voicelog works, but understands less beside a television.", markup=False)


def _installed(console: Console, model: ListedModel, name: str, sources: tuple[Source, ...] | None) -> None:
    whole = Column(no_wrap=True)
    columns = (BarColumn(), DownloadColumn(table_column=whole), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        fetched = install_model(model, _Shown(bar, name), sources)
    state = "is installed and whole" if fetched else "is there and whole"
    console.print(f"{name} {state}: {install_folder(model)}", markup=False)


def _words(console: Console, settings: Settings) -> None:
    """Learn now, rather than when listening first begins, how the words that the recogniser lacks sound to it."""
    from voicelog.app.run.recognition import Recognition

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console)
    tasks: list[TaskID] = []

    def report(_: str, done: int, total: int) -> None:
        if not tasks:
            bar.start()
            tasks.append(bar.add_task("Learning, once, the words that the recogniser lacks", total=total))
        bar.update(tasks[0], completed=done)

    try:
        Recognition.load(settings, report)
        for task in tasks:
            bar.update(task, completed=bar.tasks[0].total)
    finally:
        if tasks:
            bar.stop()


class _Shown:
    """Shows on the terminal how the fetching goes."""

    def __init__(self, bar: Progress, what: str) -> None:
        self._bar = bar
        self._what = what

    def begins(self, name: str) -> Report:
        self._say(f"Fetching {self._what[0].lower()}{self._what[1:]} from {name}.")
        task = self._bar.add_task("", total=None)
        return lambda done, total: self._bar.update(task, completed=done, total=total)

    def failed(self, name: str, why: str) -> None:
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._say(f"That did not succeed from {name}: {why}.")

    def _say(self, text: str) -> None:
        self._bar.console.print(text, markup=False)
