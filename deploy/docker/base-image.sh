#!/bin/sh
# base-image.sh [NAME]: makes a Debian base image from the package mirror alone, where no image registry can be reached.
# Needs root, mmdebstrap and a Docker engine. It brings the packages of all images along, so that their builds fetch none.
# MIRROR names another mirror; CACHE keeps the archive in that file and takes it from there the next time.
set -eu
cd "$(dirname "$0")"
name=${1:-claude-bot-base:local}
mirror=${MIRROR:-http://deb.debian.org/debian}
packages=$(sort -u packages-*.txt | paste -sd,)
archive=${CACHE:-}
if [ -z "$archive" ]; then
  archive=$(mktemp -d)/base.tar
  trap 'rm -rf "$(dirname "$archive")"' EXIT
fi
if [ ! -s "$archive" ]; then
  mmdebstrap --quiet --variant=minbase --include="$packages" --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    bookworm "$archive.part" "deb $mirror bookworm main" "deb $mirror bookworm-updates main" "deb $mirror-security bookworm-security main" --format=tar
  mv "$archive.part" "$archive"
fi
# The same archive stays the same image, so that what was built on it is still good.
sum=$(sha256sum "$archive" | cut -d' ' -f1)
if [ "$(docker image inspect --format '{{index .Config.Labels "claude-bot.archive"}}' "$name" 2>/dev/null)" != "$sum" ]; then
  docker import --change "LABEL claude-bot.archive=$sum" "$archive" "$name" > /dev/null
fi
echo "$name"
