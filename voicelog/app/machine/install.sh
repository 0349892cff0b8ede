#!/bin/sh
# Installs voicelog for this user, in a virtual environment of its own, with all it needs; then it listens.
# May be run again at any time: what is there already is left as it is.
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
. "$source/voicelog/app/machine/prepare.sh"

# With sudo before the whole line, the diary shall still be that of the person who typed it.
if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
    if command -v apt-get >/dev/null 2>&1; then
        debian_packages python3-venv libportaudio2 espeak-ng
    fi
    exec sudo -u "$SUDO_USER" -H sh "$source/voicelog/app/machine/install.sh"
fi

find_python
case $(uname -s) in
Darwin) home="$HOME/Library/Application Support/voicelog" ;;
*) home="${XDG_DATA_HOME:-$HOME/.local/share}/voicelog" ;;
esac
venv=$home/venv
mkdir -p "$home"
chmod 700 "$home" # the diary will be there too
make_venv "$venv"
(
    cd "$source"
    find pyproject.toml README.md models/models.toml voicelog grammars -type f ! -name '*.pyc'
) | (
    cd "$source"
    pip_install "$venv" --upgrade .
)

bin=$HOME/.local/bin
case ":$PATH:" in
*":$bin:"*) ;;
*) if [ "$(id -u)" = 0 ] && [ -w /usr/local/bin ]; then bin=/usr/local/bin; fi ;;
esac
mkdir -p "$bin"
ln -sf "$venv/bin/voicelog" "$bin/voicelog"
case ":$PATH:" in
*":$bin:"*) ;;
*) tell "The command voicelog is in $bin, which is not in your PATH; log out and in again, or add it there." ;;
esac

exec "$venv/bin/voicelog" setup --install-system --listen
