# Shared by scripts/run and scripts/test; sourced, never run.
# Makes sure that Python, the system's libraries and .venv are there, in well under a second when they are.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv="$repository/.venv"
screen=(-a -s "-screen 0 1600x1000x24")

# What Qt and OpenGL load at run time, as "library package"; the second half is for drawing under Xvfb.
system_libraries=(
    "libGL.so.1 libgl1" "libEGL.so.1 libegl1" "libxkbcommon.so.0 libxkbcommon0"
    "libfontconfig.so.1 libfontconfig1" "libglib-2.0.so.0 libglib2.0-0" "libdbus-1.so.3 libdbus-1-3"
    "libxcb-cursor.so.0 libxcb-cursor0" "libxcb-icccm.so.4 libxcb-icccm4"
    "libxcb-keysyms.so.1 libxcb-keysyms1" "libxcb-shape.so.0 libxcb-shape0"
    "libxcb-xkb.so.1 libxcb-xkb1" "libxkbcommon-x11.so.0 libxkbcommon-x11-0"
)
system_commands=("xvfb-run xvfb" "xauth xauth")

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# Prints the first Python of at least 3.11; prefers the plain name, so that an activated environment counts.
find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
        if [[ -n $candidate ]] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Prints the Debian packages that are missing, one a line.
missing_packages() {
    local known entry python
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
    for entry in "${system_libraries[@]}"; do
        [[ $known == *"${entry% *} "* ]] || printf '%s\n' "${entry#* }"
    done
    for entry in "${system_commands[@]}"; do
        command -v "${entry% *}" >/dev/null || printf '%s\n' "${entry#* }"
    done
    if [[ ! -x $venv/bin/python ]]; then
        if ! python=$(find_python); then
            printf '%s\n' python3 python3-venv
        elif ! "$python" -c 'import ensurepip' 2>/dev/null; then
            # Debian ships ensurepip apart from Python, one package for each version.
            "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
        fi
    fi
}

ensure_system() {
    [[ $(uname -s) == Linux ]] || return 0
    local missing
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        die "Missing system libraries; install what your distribution calls these Debian packages: ${missing[*]}"
    may_install || die "Missing system packages. Install them with: sudo apt-get install ${missing[*]}"
    install_packages "${missing[@]}" ||
        die "Could not install system packages. Try: sudo apt-get install ${missing[*]}"
}

# Whether system packages can be installed without asking.
may_install() {
    command -v apt-get >/dev/null || return 1
    ((EUID == 0)) || sudo -n true 2>/dev/null
}

install_packages() {
    local as_root=()
    ((EUID == 0)) || as_root=(sudo -n)
    say "Installing system packages: $*"
    # A fresh machine has no package lists, and old lists name files that are gone: refresh first. One source
    # that does not answer need not stop the others.
    "${as_root[@]}" apt-get -q update >&2 </dev/null || say "Not every package list could be refreshed."
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install -y --no-install-recommends "$@" >&2 </dev/null
}

# Bubblewrap isolates strangers' algorithms (cryogui evaluate). All else works without it, so it is tried for
# once, where that needs no questions, and its absence stops nothing.
ensure_bubblewrap() {
    local tried="$venv/.bubblewrap-tried"
    [[ $(uname -s) == Linux && ! -e $tried ]] || return 0
    : 2>/dev/null >"$tried" || return 0 # an installation that is not ours to change
    if ! command -v bwrap >/dev/null && may_install; then
        install_packages bubblewrap || say "Going on without bubblewrap; only 'cryogui evaluate' needs it."
    fi
}

# What the environment was made from; a change of any of it installs again.
environment_inputs() {
    printf '%s\n' "$repository"
    cat "$repository/requirements.lock" "$repository/pyproject.toml"
}

ensure_environment() {
    # What it points to may be others' too, and would be changed under them.
    [[ ! -L $venv ]] || die ".venv is a link to another folder; remove it, and an environment is made here."
    local stamp="$venv/.made-from"
    [[ -x $venv/bin/python ]] && environment_inputs | cmp -s - "$stamp" && return
    local python
    if [[ ! -x $venv/bin/python ]]; then
        python=$(find_python) || die "cryogui needs Python 3.11 or later; install it, or name it in PYTHON."
        say "Making .venv with $python"
        "$python" -m venv --clear "$venv"
    fi
    say "Installing the packages of requirements.lock into .venv"
    local pip=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input)
    "${pip[@]}" --requirement "$repository/requirements.lock" >&2 ||
        die "Could not install the Python packages; is the network reachable? Start again to go on."
    # The lock holds the build tool, so that nothing is downloaded for this step.
    "${pip[@]}" --no-build-isolation --no-deps --editable "$repository" >&2
    # Compiled now, so that the first start has not got to.
    "$venv/bin/python" -m compileall -q "$repository/cryogui" >&2
    environment_inputs >"$stamp"
}

ensure_system
ensure_environment
ensure_bubblewrap
