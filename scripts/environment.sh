# Makes the Python environment and installs what the system lacks; sourced by scripts/studio and scripts/test.
# Call: studio_environment GROUP...  (dependency groups of pyproject.toml to install besides the studio itself)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=${TINYML_STUDIO_VENV:-$root/.venv}

say() { printf '%s\n' "$*" >&2; }

# The packages of Debian and Ubuntu that Qt, a font and a Python environment need.
debian_packages="libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libxcb-cursor0
  libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 fonts-dejavu-core python3-venv"

install_system_packages() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
    local missing="" package sudo=""
    for package in $debian_packages "$@"; do
        if [ "$package" = python3-venv ] && [ -n "$(find_python)" ]; then continue; fi
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            sudo="sudo -n"
        else
            say "These system packages are missing and this account may not install them. Ask for, or run yourself:"
            say "  sudo apt-get install$missing"
            return 0
        fi
    fi
    say "Installing system packages:$missing"
    $sudo apt-get update -qq >/dev/null 2>&1 || true
    # shellcheck disable=SC2086
    if ! $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1; then
        say "apt-get could not install$missing. Run 'sudo apt-get install$missing' to see why; going on without."
    fi
}

# The newest Python that TensorFlow has wheels for and that can make environments.
find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null && "$name" -c \
            'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
}

studio_environment() {
    local python stamp wanted group groups=""
    install_system_packages
    if [ ! -x "$venv/bin/python" ]; then
        python=$(find_python)
        if [ -z "$python" ]; then
            say "TinyML Studio needs Python 3.11, 3.12 or 3.13 with its venv module. Install it and run this again."
            exit 1
        fi
        say "Making the Python environment in $venv"
        "$python" -m venv "$venv" || { say "The environment could not be made in $venv."; exit 1; }
    fi
    for group in "$@"; do groups="$groups --group $group"; done
    wanted="$root $("$venv/bin/python" -c \
        'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$root/pyproject.toml")"
    for group in studio "$@"; do
        stamp="$venv/.installed-$group"
        [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && continue
        if [ -e "$stamp" ]; then
            say "Bringing the Python packages up to date"
        else
            say "Installing Python packages (about 3 GB the first time; this takes some minutes)"
        fi
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1' || exit 1
        # shellcheck disable=SC2086
        (cd "$root" && "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable . $groups) || {
            say "pip could not install the packages; its message is above. Check the network and the disk, then try again."
            exit 1
        }
        for group in studio "$@"; do printf '%s\n' "$wanted" >"$venv/.installed-$group"; done
        break
    done
}
