# Sourced by bin/check and bin/test: Node and what package.json names, for the browser modules. The site needs neither.

has_node() { command -v npm >/dev/null && node --version >/dev/null 2>&1; }

need_node() {
    # node_modules/.package-lock.json is npm's own record of what it installed.
    if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
        # Not `npm ci`: it wants the lock file to name the tools of every platform, and mirrors do not have all.
        npm install --no-save --no-audit --no-fund --loglevel=error >&2
    fi
}
