# Sourced by ./run and ./test: finds or installs what the machine lacks. Needs the .NET SDK and, for the rest, apt.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '==> %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

need_dotnet() {
  command -v dotnet >/dev/null || die "the .NET SDK 10.0 is missing. Install it (package dotnet-sdk-10.0), then run this again."
  (cd "$root" && dotnet --version >/dev/null) || exit 1
}

# need_packages COMMAND=PACKAGE ...  installs the Debian packages of the commands that are missing.
need_packages() {
  local missing=() pair
  for pair in "$@"; do
    # Who is not root has no folder of servers in PATH on Debian.
    PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing ${missing[*]}"
    install_packages "${missing[@]}" >/dev/null || die "could not install ${missing[*]}."
  else
    die "missing: ${missing[*]}. Install them with: sudo apt-get install -y ${missing[*]}"
  fi
}

# install_packages PACKAGE ...  A server among them is not started (invoke-rc.d asks policy-rc.d), and the web servers of the tests,
# which start their own, not with the machine either.
install_packages() (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod 755 "$policy" || exit 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" || exit 1
  for package in "$@"; do
    case $package in nginx | prometheus) update-rc.d "$package" disable || say "$package starts with this machine" ;; esac
  done
)

# npm_install FOLDER TARGET  installs the packages that FOLDER/package-lock.json pins into TARGET, once for each lock file.
npm_install() {
  local from="$root/$1" to="$root/$2" stamp
  stamp=$(sha256sum "$from/package-lock.json" | cut -d' ' -f1)
  [ "$(cat "$to/.stamp" 2>/dev/null)" = "$stamp" ] && return
  say "installing the npm packages of $1"
  mkdir -p "$to"
  cp "$from/package.json" "$from/package-lock.json" "$to/"
  (cd "$to" && npm ci --ignore-scripts --no-audit --no-fund --silent) || die "npm ci failed for $1."
  printf '%s' "$stamp" > "$to/.stamp"
}

# The pinned Claude Code CLI: the package ships a program for each platform, which needs no Node to run.
need_claude_code() {
  need_packages npm=npm
  npm_install tools/claude-code artifacts/npm/claude-code
  CLAUDE_CODE_PATH=$(ls "$root"/artifacts/npm/claude-code/node_modules/@anthropic-ai/claude-code-linux-*/claude 2>/dev/null | grep -v musl | head -n 1)
  [ -x "$CLAUDE_CODE_PATH" ] || die "the Claude Code CLI did not install for this platform ($(uname -sm))."
  export CLAUDE_CODE_PATH
}

# need_docker  For the tests in containers: as root it installs Docker and starts an engine where none answers, for as long as
# the caller runs. Where that cannot be, the tests say so and are skipped.
need_docker() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
  need_packages dockerd=docker.io docker=docker.io docker-compose=docker-compose mmdebstrap=mmdebstrap jq=jq curl=curl script=bsdutils
  docker version >/dev/null 2>&1 && return
  say "starting a Docker engine"
  local folder
  folder=$(mktemp -d)
  setsid dockerd --exec-root "$folder/exec" --pidfile "$folder/pid" > "$folder/log" 2>&1 &
  # shellcheck disable=SC2064 # the folder of now
  trap "kill \$(cat '$folder/pid') 2>/dev/null; wait" EXIT
  local tries
  for tries in $(seq 100); do
    if docker version >/dev/null 2>&1; then return; fi
    kill -0 $! 2>/dev/null || break
    sleep 0.2
  done
  say "no Docker engine starts here, and its tests are skipped: $(tail -n 1 "$folder/log")"
}
