#!/bin/sh
# tools.sh FOLDER: Claude Code, Node.js and npm as their lock files pin them, laid out for /usr/local. Needs npm.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for tool in claude-code node; do
  mkdir "$scratch/$tool"
  cp "$here/tools/$tool/package.json" "$here/tools/$tool/package-lock.json" "$scratch/$tool/"
  (cd "$scratch/$tool" && npm ci --ignore-scripts --no-audit --no-fund --silent)
done
mkdir -p "$1/bin" "$1/lib/node_modules" "$1/lib/claude-code"
for program in "$scratch"/claude-code/node_modules/@anthropic-ai/claude-code-linux-*/claude; do
  case "$program" in *-musl/*) ;; *) mv "$program" "$1/lib/claude-code/claude" ;; esac
done
mv "$scratch"/node/node_modules/node-linux-*/bin/node "$1/bin/node"
mv "$scratch/node/node_modules/npm" "$1/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$1/bin/npx"
ln -s ../lib/claude-code/claude "$1/bin/claude"
