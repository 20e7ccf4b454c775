# Sourced by the scripts beside it: sets ROOT, and `need base` or `need dev` gives PY, a Python in .venv that has
# what requirements/ pins. Nothing is done when .venv is up to date.

ROOT=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
VENV=$ROOT/.venv
STAMP=$VENV/tertulia-stamp
LEAST=12 # of Python 3
unset PYTHONHOME PYTHONSTARTUP
export PYTHONPATH="$ROOT" PYTHONSAFEPATH=1

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# The version of a candidate that runs and is a complete Python; nothing otherwise.
version_of() {
    "$1" -I -c 'import sys, ssl, venv; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null </dev/null
}

is_new_enough() {
    case $1 in
    3.*) minor=${1#3.} && [ "${minor%%.*}" -ge "$LEAST" ] ;;
    *) false ;;
    esac
}

# One candidate a line. A shim may exist and fail, and the right one may not be on PATH.
candidates() {
    [ -z "${PYTHON:-}" ] || printf '%s\n' "$PYTHON"
    for name in python3.13 python3.12 python3.14 python3 python; do
        command -v "$name" || true
    done
    for path in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3 \
        "${XDG_DATA_HOME:-$HOME/.local/share}"/uv/python/*/bin/python3 \
        /opt/homebrew/bin/python3.1[2-9] /usr/local/bin/python3.1[2-9] /usr/bin/python3.1[2-9] /opt/python*/bin/python3; do
        [ ! -x "$path" ] || printf '%s\n' "$path"
    done
}

# Sets FOUND and FOUND_VERSION, or ends with one message.
find_python() {
    list=$(candidates) seen='' FOUND=''
    while IFS= read -r candidate; do
        [ -n "$candidate" ] || continue
        FOUND_VERSION=$(version_of "$candidate") || FOUND_VERSION=''
        if is_new_enough "$FOUND_VERSION"; then
            FOUND=$("$candidate" -I -c 'import sys; print(sys.executable)' </dev/null)
            return
        fi
        seen="$seen
    $candidate: ${FOUND_VERSION:-does not run}"
    done <<LIST
$list
LIST
    fail "This site needs Python 3.$LEAST or newer, and none was found. Looked at:${seen:-
    (no Python at all)}
Three ways out:
    install one with the system's packages, as in: apt install python3 python3-venv
    or with pyenv or uv, as in: pyenv install 3.13, or: uv python install 3.13
    or say where one is: PYTHON=/path/to/python3.13 $0"
}

# What the pins are, as a few digits.
pins() {
    if [ "$1" = dev ]; then
        cat "$ROOT/requirements/base.txt" "$ROOT/requirements/dev.txt" | cksum
    else
        cksum <"$ROOT/requirements/base.txt"
    fi
}

is_up_to_date() {
    [ -f "$STAMP" ] || return 1
    version=$(version_of "$VENV/bin/python") || return 1
    grep -qxF "python $version" "$STAMP" && grep -qxF "$1 $(pins "$1")" "$STAMP" || return 1
    if [ -n "${PYTHON:-}" ]; then
        [ "$(version_of "$PYTHON")" = "$version" ] || return 1
    fi
}

make_venv() {
    [ ! -e "$VENV" ] || [ -f "$VENV/pyvenv.cfg" ] || fail "$VENV is in the way: it is no virtual environment."
    rm -rf "$VENV"
    say "Making .venv with Python $FOUND_VERSION ($FOUND) …"
    "$FOUND" -m venv --without-pip "$VENV" >&2 || fail "Cannot make $VENV; see the message above."
}

# Sets FOUND to the Python that .venv was made with, if that is complete and good enough.
reuse_venv() {
    [ -f "$STAMP" ] && FOUND_VERSION=$(version_of "$PY") && is_new_enough "$FOUND_VERSION" || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$FOUND_VERSION" ] || return 1
    FOUND=$("$PY" -I -c 'import sys; print(sys._base_executable)')
}

# A registry or certificate that pip is told of counts for uv as well.
pass_on_pip_settings() {
    settings=$("$FOUND" -m pip config list 2>/dev/null) || return 0
    pip_setting() { printf '%s\n' "$settings" | sed -n "s/^[^=]*\.$1='\(.*\)'\$/\1/p" | tail -n 1; }
    set -- "$(pip_setting index-url)" "$(pip_setting extra-index-url)" "$(pip_setting find-links)" "$(pip_setting cert)"
    [ -z "$1" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$1}"
    [ -z "$2" ] || export UV_INDEX="${UV_INDEX:-$2}"
    [ -z "$3" ] || export UV_FIND_LINKS="${UV_FIND_LINKS:-$3}"
    [ -z "$4" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$4}"
    # Every file is checked by its hash, so it does not matter who serves it.
    export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
}

has_pip() { "$FOUND" -m pip --version >/dev/null 2>&1; }

install_with_uv() {
    UV=$VENV/bin/uv
    if [ ! -x "$UV" ]; then
        if has_pip; then
            "$FOUND" -m pip --quiet --python "$VENV/bin/python" install --no-input --disable-pip-version-check \
                --require-hashes -r "$ROOT/requirements/uv.txt" >&2 || true
        fi
        [ -x "$UV" ] || UV=$(command -v uv) || return 1
    fi
    (
        pass_on_pip_settings
        [ -t 2 ] && quiet='' || quiet=--quiet
        "$UV" pip install $quiet --python "$VENV/bin/python" --require-hashes --compile-bytecode --link-mode copy -r "$1" >&2
    )
}

install_with_pip() {
    if has_pip; then
        "$FOUND" -m pip --quiet --python "$VENV/bin/python" install --no-input --disable-pip-version-check \
            --require-hashes -r "$1" >&2
    else
        "$VENV/bin/python" -m ensurepip >/dev/null 2>&1 || fail "$FOUND has neither pip nor ensurepip, and there is no uv;" \
            "install one of them, as in: apt install python3-pip python3-venv"
        "$VENV/bin/python" -m pip --quiet install --no-input --disable-pip-version-check --require-hashes -r "$1" >&2
    fi
}

install() {
    [ "$1" = dev ] && what='the tools for development' || what='what the site runs on'
    say "Installing $what (half a minute) …"
    install_with_uv "$ROOT/requirements/$1.txt" || {
        say "uv could not do it; trying pip …"
        install_with_pip "$ROOT/requirements/$1.txt" || fail "Cannot install requirements/$1.txt; see the message above."
    }
}

# Two scripts that start at once must not build the same folder.
lock_venv() {
    waited=''
    until mkdir "$VENV.lock" 2>/dev/null; do
        [ -d "$VENV.lock" ] || fail "Cannot write to $ROOT: the disk is full or read-only, or the folder is somebody else's."
        holder=$(cat "$VENV.lock/pid" 2>/dev/null) || holder=''
        if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
            rm -rf "$VENV.lock"
            continue
        fi
        [ -n "$waited" ] || say "Waiting for another script that makes .venv (process ${holder:-unknown}) …"
        waited=yes
        sleep 1
    done
    printf '%s\n' "$$" >"$VENV.lock/pid"
    trap 'rm -rf "$VENV.lock"' EXIT
    trap 'exit 130' INT TERM HUP
}

need() {
    PY=$VENV/bin/python
    is_up_to_date "$1" && return
    lock_venv
    if ! is_up_to_date "$1"; then
        reuse_venv || {
            find_python
            make_venv
        }
        rm -f "$STAMP"
        install "$1"
        {
            printf 'python %s\n' "$FOUND_VERSION"
            printf 'base %s\n' "$(pins base)"
            [ "$1" != dev ] || printf 'dev %s\n' "$(pins dev)"
        } >"$STAMP"
    fi
    rm -rf "$VENV.lock"
    trap - EXIT INT TERM HUP
}
