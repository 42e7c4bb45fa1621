#!/bin/sh
# install-packages.sh FILE: installs the packages listed in FILE that are not there yet, and leaves no lists behind.
set -eu
missing=
while read -r package; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done < "$1"
[ -n "$missing" ] || exit 0
apt-get update -qq
# shellcheck disable=SC2086 # one word a package
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null
rm -rf /var/lib/apt/lists/*
