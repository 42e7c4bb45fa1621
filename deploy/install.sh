#!/usr/bin/env bash
# Installs Claude Bot for Docker Compose, upgrades an installation, or takes an upgrade back.
#   deploy/install.sh [--to FOLDER] [--no-build]     into /opt/claude-bot-infrastructure unless told otherwise
#   deploy/install.sh --rollback [--to FOLDER]       back to what was there before the last upgrade
# Run it from the release to install. An installation keeps its .env, its secrets/ and its data; an upgrade first saves the
# files, the images and the ledger, and takes itself back when it fails or when the new containers do not become healthy.
set -Eeuo pipefail

source=$(cd "$(dirname "$0")/.." && pwd)
target=/opt/claude-bot-infrastructure build=yes verb=install
while [ $# -gt 0 ]; do
  case "$1" in
    --to) [ $# -ge 2 ] || { echo "error: --to needs a folder" >&2; exit 2; }; target=$2; shift ;;
    --no-build) build=no ;;
    --rollback) verb=rollback ;;
    -h|--help) sed -n '2,6p' "$0" | cut -c3-; exit 0 ;;
    *) echo "error: unknown option $1; see --help" >&2; exit 2 ;;
  esac
  shift
done

target=$(readlink -m "$target")

say() { printf '==> %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

bot_user=10001
saved_ledger=/bot/data/tmp/before-upgrade.db
# In a bot's container, without its settings: a fault in them may be why it does not run, and a ledger needs none.
# shellcheck disable=SC2016 # PATH is that of the container
bare_bot='env -i PATH="$PATH" BOT_DATA_DIR=/bot/data claude-bot --env-file /dev/null'
images=(claude-bot claude-bot-dotnet claude-status-web)
# What an installation is made of: the Compose files, and what the images are built from.
parts=(docker-compose.yml docker-compose.production.yml .env.example .dockerignore deploy secrets/bot.env
  src tools Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt docs LICENSE)

find_compose() {
  command -v docker >/dev/null || die "docker is missing. Install it (package docker.io), then run this again."
  docker version --format '{{.Server.Version}}' >/dev/null 2>&1 || die "the Docker engine does not answer. Start it, or run this as a user who may use it."
  local version
  if version=$(docker-compose version --short 2>/dev/null); then compose=(docker-compose)
  elif version=$(docker compose version --short 2>/dev/null); then compose=(docker compose)
  else die "Docker Compose is missing. Install it (package docker-compose, or docker-compose-v2), then run this again."
  fi
  case "$version" in
    1.29.*) variant=deploy/compose/v1.yml ;;
    1.*) die "docker-compose $version is too old; 1.29 is the least." ;;
    *) variant=deploy/compose/v2.yml ;;
  esac
  say "Compose $version: $variant"
}

random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

# set_value NAME VALUE: writes one line of .env; a name that has a value keeps it.
set_value() {
  if grep -q "^$1=..*" "$target/.env"; then return; fi
  # An editor may have left the last line without its end.
  [ -z "$(tail -c 1 "$target/.env")" ] || echo >> "$target/.env"
  if grep -q "^$1=" "$target/.env"; then sed -i "s|^$1=.*|$1=$2|" "$target/.env"; else printf '%s=%s\n' "$1" "$2" >> "$target/.env"; fi
}

# The bot reads .env and secrets/ as its own user; nobody else has to.
protect() {
  if [ "$(id -u)" = 0 ]; then
    chgrp -R "$bot_user" "$target/.env" "$target/secrets"
    chmod 640 "$target/.env"
    chmod 750 "$target/secrets"
    find "$target/secrets" -type f -exec chmod 640 {} +
  elif [ ! -O "$target/.env" ] || [ "$(stat -c %a "$target/.env")" != 644 ]; then
    say "note: not run as root. Let user $bot_user read .env and secrets/: sudo chgrp -R $bot_user .env secrets && sudo chmod 640 .env"
  fi
}

# Nothing stays of another version; what is the operator's own is not among the parts.
clear_parts() {
  local part
  for part in "${parts[@]}"; do
    [ "$part" = secrets/bot.env ] || rm -rf "${target:?}/$part"
  done
}

copy_parts() {
  clear_parts
  mkdir -p "$target/workspace" "$target/dotnet-workspace"
  (cd "$source" && tar -cf - --exclude=bin --exclude=obj --exclude=node_modules "${parts[@]}") | tar -xf - -C "$target"
  [ "$(id -u)" != 0 ] || chown -R 0:0 "${parts[@]/#/$target/}"
}

# What is not an installation is somebody else's folder, in which copy_parts would clear away src, docs, tools and the like.
check_target() {
  [ -e "$target" ] || return 0
  [ -d "$target" ] || die "$target is no folder. Name another with --to."
  [ ! -f "$target/docker-compose.yml" ] || [ ! -d "$target/deploy/compose" ] || return 0
  [ -z "$(ls -A "$target")" ] || die "$target has files in it and is no installation of Claude Bot. Name an empty or a new folder with --to."
}

# The containers of an installation that run now.
running() { docker ps --format '{{.Names}}' | grep -x -e claude-bot -e claude-bot-dotnet -e claude-status-web || true; }

in_target() { (cd "$target" && "${compose[@]}" "$@"); }

build_images() {
  [ "$build" = yes ] || return 0
  say "building the images"
  in_target build
}

# The bots among the containers that run now, and those among all that are there.
running_bots() { docker ps --format '{{.Names}}' | grep -x -e claude-bot -e claude-bot-dotnet || true; }
known_bots() { docker ps --all --format '{{.Names}}' | grep -x -e claude-bot -e claude-bot-dotnet || true; }

wait_healthy() {
  local name state tries=0
  for name in $(in_target ps -q | xargs -r docker inspect --format '{{.Name}}'); do
    while state=$(docker inspect --format '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}' "$name") && [ "$state" != healthy ]; do
      tries=$((tries + 1))
      [ "$tries" -le 60 ] && [ "$state" != unhealthy ] || { say "${name#/} is $state: $(docker logs --tail 3 "$name" 2>&1 | tail -n 1)"; return 1; }
      sleep 2
    done
    say "${name#/} is healthy"
  done
}

# save_ledger BOT FILE: a copy of its ledger, made by its own version; nothing where it has none yet. A container that stands,
# or that restarts over and over, refuses an exec: then its image does it on its volumes.
save_ledger() {
  local image user make="umask 077; [ -f /bot/data/ledger.db ] || exit 0
    mkdir -p \"\$(dirname $saved_ledger)\" && rm -f $saved_ledger
    $bare_bot data backup --to $saved_ledger >&2 && cat $saved_ledger
    code=\$?; rm -f $saved_ledger; exit \$code"
  if docker exec "$1" sh -c "$make" > "$2" 2>"$2.log"; then rm -f "$2.log"; return; fi
  read -r image user <<< "$(docker inspect --format '{{.Image}} {{.Config.User}}' "$1")"
  say "$1 cannot be asked for its ledger ($(tail -n 1 "$2.log")); trying beside it"
  docker run --rm --network none --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --volumes-from "$1" ${user:+--user "$user"} \
    --entrypoint sh "$image" -c "$make" > "$2" 2>"$2.log" \
    || die "the ledger of $1 cannot be saved: $(tail -n 1 "$2.log"). Nothing was changed. See docs/RUNBOOK.md, or move it out of the data volume to upgrade without it."
  rm -f "$2.log"
}

# Until the upgrade is over, backups/unfinished names what was saved for it; what --rollback goes back to is moved only then.
save() {
  backup="$target/backups/$(date -u +%Y%m%dT%H%M%S.%3NZ)"
  local mask image id bot
  mask=$(umask)
  umask 077
  mkdir -p "$backup"
  chmod 700 "$target/backups"
  say "saving the present state in $backup"
  (cd "$target" && tar -czf "$backup/files.tar.gz" --exclude=./backups --exclude=./artifacts .)
  for image in "${images[@]}"; do
    if id=$(docker image inspect --format '{{.Id}}' "$image:local" 2>/dev/null); then printf '%s %s\n' "$image" "$id"; fi
  done > "$backup/images"
  for bot in $(known_bots); do save_ledger "$bot" "$backup/$bot.db"; done
  umask "$mask"
  ln -sfn "$(basename "$backup")" "$target/backups/unfinished"
}

# The upgrade holds: what was before it is now what --rollback goes back to, with its images kept by a name.
keep_saved() {
  local image id
  while read -r image id; do docker tag "$id" "$image:previous"; done < "$backup/images"
  ln -sfn "$(basename "$backup")" "$target/backups/last"
  rm -f "$target/backups/unfinished"
}

# The files and the names of the images as they were. What is the operator's own stays as it is now: a key that was changed
# since is not changed back.
put_back() {
  local image id own keep=()
  if [ -f "$backup/images" ]; then
    while read -r image id; do docker tag "$id" "$image:local"; done < "$backup/images"
  else
    for image in "${images[@]}"; do
      if docker image inspect "$image:previous" >/dev/null 2>&1; then docker tag "$image:previous" "$image:local"; fi
    done
  fi
  for own in .env secrets workspace dotnet-workspace; do
    [ ! -e "$target/$own" ] || keep+=("--exclude=./$own")
  done
  clear_parts
  tar -xzf "$backup/files.tar.gz" -C "$target" --anchored "${keep[@]}"
}

# An upgrade that ended before its containers were started: those that run are still the former ones.
give_up() {
  local code=$?
  trap - EXIT
  say "the upgrade failed; putting the files and the images back"
  put_back
  rm -f "$target/backups/unfinished"
  say "the former version is in place, and its containers were not touched"
  [ "$code" != 0 ] || code=1
  exit "$code"
}

rollback() {
  local saved=last bot ledger names
  [ ! -L "$target/backups/unfinished" ] || saved=unfinished
  backup=$(readlink -f "$target/backups/$saved") && [ -s "$backup/files.tar.gz" ] || die "there is no saved state in $target/backups."
  say "going back to $backup"
  # Where the Compose files are no good, the engine is asked.
  in_target stop || { names=$(running); [ -z "$names" ] || xargs docker stop -t 60 <<< "$names"; }
  put_back
  # An older program refuses a newer ledger. The one that is put aside stays in the data folder as replaced-*.
  for ledger in "$backup"/*.db; do
    [ -s "$ledger" ] || continue
    bot=$(basename "$ledger" .db)
    # By standard input, so that it takes no container that is there already.
    in_target run --rm --no-deps -T --entrypoint sh "$bot" -c "umask 077 && mkdir -p \"\$(dirname $saved_ledger)\" && cat > $saved_ledger &&
      $bare_bot data restore $saved_ledger --force; code=\$?; rm -f $saved_ledger; exit \$code" < "$ledger"
  done
  in_target up -d
  # All is back, whether it was well before or not: the next upgrade may begin.
  rm -f "$target/backups/unfinished"
  wait_healthy || die "the former version is back and not healthy either; see docs/RUNBOOK.md."
  say "the former version runs again"
}

find_compose
if [ "$verb" = rollback ]; then
  rollback
  exit 0
fi

[ "$source" != "$(readlink -f "$target")" ] || die "this is the installation itself. Run deploy/install.sh of the release that is to be installed."
[ ! -L "$target/backups/unfinished" ] || die "an upgrade of $target was cut off. First go back to what was there before: deploy/install.sh --rollback --to $target"
check_target
mkdir -p "$target"
upgrade=no
[ ! -f "$target/docker-compose.yml" ] || upgrade=yes
was_running=$(running_bots)
if [ "$upgrade" = yes ]; then
  save
  trap give_up EXIT
fi
copy_parts
if [ ! -f "$target/.env" ]; then
  (umask 077 && cp "$target/.env.example" "$target/.env")
  sed -i 's|^COMPOSE_FILE=.*|COMPOSE_FILE=|' "$target/.env"
fi
set_value COMPOSE_PROJECT_NAME claude-bot-infrastructure
set_value COMPOSE_PROFILES nodejs
set_value COMPOSE_FILE "docker-compose.yml:$variant"
set_value STATUS_TOKEN "$(random)"
set_value GITHUB_WEBHOOK_SECRET "$(random)"
protect
build_images
trap - EXIT
if [ "$upgrade" = no ]; then
  say "installed in $target. Fill in .env there, then: cd $target && docker-compose --profile nodejs up -d"
elif [ -n "$was_running" ]; then
  say "starting the new version"
  if ! { in_target up -d && wait_healthy; }; then rollback; exit 1; fi
  keep_saved
  say "upgraded; the former state is in $backup"
else
  keep_saved
  say "upgraded; nothing ran, so nothing was started. The former state is in $backup"
fi
