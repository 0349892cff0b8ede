# Shared by the scripts that set up: finds Python, installs Debian packages, makes a virtual environment.
# POSIX sh; to be sourced.

tell() { printf '%s\n' "$*" >&2; }

fail() {
    tell "$*"
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "This needs root, and there is no sudo. Run it as root: $*"
    fi
}

# The names of those Debian packages that are not installed.
missing_packages() {
    for package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$package"
    done
}

debian_packages() {
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    tell "Installing from the distribution: $missing"
    as_root apt-get update -q
    # shellcheck disable=SC2086 # one word for each package
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# Sets python to the first Python that is new enough.
find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return 0
        fi
    done
    fail "Python 3.11 or later is needed. Install it (Debian, Ubuntu: apt-get install python3), then run this again."
}

# Makes the virtual environment in the folder given, or leaves it if it works.
make_venv() {
    if "$1/bin/python" -m pip --version >/dev/null 2>&1; then
        return 0
    fi
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        command -v apt-get >/dev/null 2>&1 || fail "Install Python's venv module, then run this again."
        debian_packages "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    mkdir -p "$(dirname "$1")"
    "$python" -m venv --clear "$1"
}

# Runs pip in the virtual environment, unless what it would install is what it did install: that is told by the
# checksums of the files named on standard input.
pip_install() {
    venv=$1
    shift
    wanted=$({ "$venv/bin/python" --version; printf '%s\n' "$*"; LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum; } | cksum)
    if [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    rm -f "$venv/installed"
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-input "$@"
    printf '%s\n' "$wanted" >"$venv/installed"
}
