"""Settings: where values come from, what is refused and how, and that those changed by voice are kept."""

import contextlib
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from voicelog.app.machine.live_settings import LiveSettings, keep
from voicelog.app.machine.settings_file import checked, load_settings, settings_from
from voicelog.core.errors import UsageError
from voicelog.core.settings import Settings, shown, specs


def settings_of(text: str = "", environ: dict[str, str] | None = None) -> Settings:
    return settings_from(text, "settings.toml", environ or {}, {})


def refused(text: str = "", environ: dict[str, str] | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        settings_of(text, environ)
    assert caught.value.exit_status == 2
    return str(caught.value)


def test_the_stronger_source_wins_and_is_named() -> None:
    text = "[voice]\nvolume = 0.5\nrate = 140\n[night]\nmode = 'on'\n"
    environ = {"VOICELOG_VOICE_RATE": "120", "VOICELOG_NIGHT_MODE": "off", "PATH": "/bin"}
    settings = settings_from(text, "my.toml", environ, {"night.mode": ("--night", "clock")})
    assert (settings.voice.volume, settings.voice.rate, settings.night.mode) == (0.5, 120, "clock")
    assert settings.origin("voice.volume") == "my.toml"
    assert settings.origin("voice.rate") == "VOICELOG_VOICE_RATE"
    assert settings.origin("night.mode") == "option --night"
    assert settings.origin("voice.name") == "default"


@pytest.mark.parametrize(
    ("text", "line", "nearest"),
    [
        ("[voice]\n\nvolum = 1\n", 3, '"voice.volume"'),
        ("[voice]\nvolume = 1\n[nigth]\nmode = 'on'\n", 3, '"[night]"'),
        ("[night]\nform = '22:00'\n", 2, '"night.from"'),
        ("[audio]\ninput-device = 'USB'\n", 2, '"audio.input_device"'),
        ("voice.volumee = 1\n", 1, '"voice.volume"'),
        ("[diary]\nvolume = 1\n", 2, '"voice.volume"'),
        ("[speech]\nrate = 150\nwhisper = true\n", 1, '"[voice]"'),
    ],
)
def test_a_typo_is_named_with_its_line_and_the_nearest_right_name(text: str, line: int, nearest: str) -> None:
    message = refused(text)
    assert f"line {line}:" in message
    assert f"Did you mean {nearest}?" in message


def test_variables_that_are_no_settings_are_let_be() -> None:
    environ = {"VOICELOG_CONFIG": "x", "VOICELOG_DIARY_PASSPHRASE": "y", "VOICELOGGER": "z"}
    assert settings_of(environ=environ) == Settings()


def test_a_typo_in_the_environment_is_named_too() -> None:
    assert "VOICELOG_VOICE_VOLUME" in refused(environ={"VOICELOG_VOICE_VOLUM": "1"})


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[voice]\nvolume = 3\n", "from 0 to 1, not 3"),
        ("[voice]\nvolume = true\n", "is a number, not true"),
        ("[voice]\nvolume = nan\n", "is a number"),
        ("[voice]\nenabled = 'maybe'\n", "is true or false, not maybe"),
        ("[voice]\nname = 3\n", "text in quotes, not 3"),
        ("[diary]\nbackups = 1.5\n", "whole number"),
        ("[night]\nmode = 'yes'\n", "one of clock, on, off"),
        ("[night]\nfrom = '25:00'\n", 'time of day such as "22:30"'),
        ("[medication]\nwindow = 'long'\n", 'duration such as "90 s"'),
        ("[help]\nphrases = [1]\n", "list of texts"),
        ("[voice\n", "has a mistake"),
        ("voice = 3\n", 'write "[voice]" on a line'),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_it_may_be(text: str, part: str) -> None:
    assert part in refused(text)


def test_all_mistakes_are_told_at_once() -> None:
    assert len(refused("[voice]\nvolum = 1\nrate = 1\n[nigth]\n").splitlines()) == 3


@pytest.mark.parametrize(
    ("written", "seconds"), [("90", 90), ("'90 s'", 90), ("'1.5 min'", 90), ("'2 hours'", 7200), ("'1d'", 86400)]
)
def test_durations_are_written_as_people_do(written: str, seconds: float) -> None:
    assert settings_of(f"[medication]\nwindow = {written}\n").medication.window == seconds


@pytest.mark.parametrize("written", ["'7:05'", "'07:05'", "07:05:00", "'07.05'"])
def test_times_of_day(written: str) -> None:
    assert settings_of(f"[night]\nuntil = {written}\n").night.until == "07:05"


def test_night_mode_takes_true_and_false() -> None:
    assert settings_of("[night]\nmode = true\n").night.mode == "on"
    assert settings_of("[night]\nmode = false\n").night.mode == "off"


def test_every_setting_tells_what_it_is_for_and_has_a_default_that_it_takes() -> None:
    for spec in specs().values():
        assert spec.about
        assert checked(spec, spec.default) == spec.default
        assert Settings().get(spec.name) == spec.default


@given(st.data())
def test_what_is_shown_can_be_written_into_the_file(data: st.DataObject) -> None:
    spec = data.draw(st.sampled_from(list(specs().values())))
    if spec.choices:
        value: object = data.draw(st.sampled_from(spec.choices))
    elif isinstance(spec.default, float) and spec.low is not None and spec.high is not None:
        value = float(data.draw(st.integers(int(spec.low), int(spec.high))))
    else:
        value = spec.default
    section, _, key = spec.name.partition(".")
    text = f"[{section}]\n{key} = {shown(spec, checked(spec, value))}\n"
    assert settings_of(text).get(spec.name) == value


_names = st.sampled_from([name for spec in specs() for name in spec.split(".")]) | st.text("abc_", min_size=1)
_values = st.one_of(st.integers(), st.floats(), st.booleans(), st.text("a7:.% "), st.lists(st.text("ab"), max_size=2))


@given(st.dictionaries(_names, st.dictionaries(_names, _values, max_size=3) | _values, max_size=3))
def test_any_file_gives_settings_or_a_sentence(table: dict[str, object]) -> None:
    text = tomlkit.dumps(table)
    with contextlib.suppress(UsageError):
        assert all(checked(spec, settings_of(text).get(spec.name)) is not None for spec in specs().values())


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UsageError):
        settings_of(text)


def test_no_file_is_no_mistake_unless_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("VOICELOG_CONFIG", raising=False)
    assert load_settings() == Settings()
    with pytest.raises(UsageError, match="There is no settings file"):
        load_settings(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not text in UTF-8"):
        load_settings(file)
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(tmp_path)


WRITTEN = """\
# my settings
[voice]  # how it sounds
rate = 140  # slow, please

[night]
mode = "on"
"""


def test_a_setting_changed_by_voice_is_kept_and_all_else_stays(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WRITTEN)
    file.chmod(0o640)
    live = LiveSettings(file)
    live.keep("voice.rate", 120)
    live.keep("voice.volume", 0.5)
    live.keep("help.phrases", ("get my sister",))
    kept = file.read_text()
    assert kept.startswith(WRITTEN.replace("140", "120").rsplit("\n[night]")[0])
    assert (file.stat().st_mode & 0o777) == 0o640
    again = load_settings(file)
    assert (again.voice.rate, again.voice.volume, again.night.mode) == (120, 0.5, "on")
    assert again.help.phrases == ("get my sister",)
    assert list(tmp_path.iterdir()) == [file]


def test_the_first_change_makes_a_file_for_the_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    keep(file, "voice.volume", 0.4)
    assert (file.stat().st_mode & 0o777) == 0o600
    assert load_settings(file).voice.volume == 0.4


def test_a_link_to_the_settings_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "settings.toml"
    real.write_text(WRITTEN)
    link.symlink_to(real)
    keep(link, "voice.volume", 0.4)
    assert link.is_symlink()
    assert load_settings(real).voice.volume == 0.4


def test_what_was_said_last_wins_over_option_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WRITTEN)
    monkeypatch.setenv("VOICELOG_VOICE_VOLUME", "1")
    live = LiveSettings(file, {"voice.rate": ("--rate", 200)})
    live.keep("voice.volume", 0.5)
    live.keep("voice.rate", 150)
    assert (live.current.voice.volume, live.current.voice.rate) == (0.5, 150)
    file.write_text(file.read_text() + "[log]\nwords = true\n")
    assert live.refresh().changed == ("log.words",)
    assert (live.current.voice.volume, live.current.voice.rate) == (0.5, 150)


def test_a_change_of_the_file_takes_effect_and_a_broken_one_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WRITTEN)
    live = LiveSettings(file)
    assert live.refresh().changed == ()
    file.write_text(WRITTEN.replace("140", "100"))
    assert live.refresh().changed == ("voice.rate",)
    file.write_text(WRITTEN.replace("rate", "raet"))
    problem = live.refresh().problem
    assert problem is not None
    assert "stay as they were" in problem
    assert '"voice.rate"' in problem
    assert live.refresh().problem is None
    assert live.current.voice.rate == 100
    file.unlink()
    assert "There is no settings file" in (live.refresh().problem or "")
    assert live.current.voice.rate == 100


def test_a_setting_that_cannot_be_written_holds_for_now_and_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    live = LiveSettings()
    live.path = blocked / "settings.toml"
    with pytest.raises(UsageError, match="for now only"):
        live.keep("voice.volume", 0.3)
    assert live.current.voice.volume == 0.3


def test_keeping_does_not_overwrite_a_file_with_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[voice\n")
    with pytest.raises(UsageError, match="has a mistake"):
        keep(file, "voice.volume", 0.3)
    assert file.read_text() == "[voice\n"


def test_no_such_setting_cannot_be_kept() -> None:
    live = LiveSettings()
    with pytest.raises(UsageError, match="no setting"):
        live.keep("voice.colour", "red")
    with pytest.raises(UsageError, match="from 0 to 1"):
        live.keep("voice.volume", 7)
