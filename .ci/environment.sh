# Sourced by ./run and ./test, in the repository's root: makes .venv and keeps it as the lock says.

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

find_python() {
  local candidate
  for candidate in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Akutlinjen needs Python 3.11 or newer, and none was found on PATH."
}

# install_environment LOCK: afterwards .venv holds what LOCK names, and this tree as an editable install.
# Nothing is done when that is so already, or when .venv has the test lock, which holds all of the other.
install_environment() {
  local lock=$1 python now
  now=$(printf '%s\n' "$PWD"; cat pyproject.toml *.lock package-lock.json hatch_build.py chat/widget/script/*.js \
    gateway/pages/static/{loading,times}.js)
  now=$(printf '%s' "$now" | sha256sum)
  for stamp in ".venv/$lock.stamp" .venv/requirements-test.lock.stamp; do
    if [ -x .venv/bin/akutlinjen ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then return; fi
  done
  # A moved tree or a Python that is gone leaves scripts that start nothing: then begin anew.
  if ! { [ "$(cat .venv/made-in 2>/dev/null)" = "$PWD" ] && .venv/bin/python -c '' 2>/dev/null; }; then
    python=$(find_python) || exit 1
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
      fail "$python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"
    echo "Making a virtual environment in .venv ..."
    "$python" -m venv --clear .venv
    printf '%s\n' "$PWD" >.venv/made-in
  fi
  echo "Installing what $lock names (a minute or two the first time) ..."
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
  printf '%s\n' "$now" >".venv/$lock.stamp"
}
