#!/bin/sh
# publish.sh FOLDER: the program with its own runtime, compiled ahead of time. Run in the root of the repository.
# Versions come from Directory.Packages.props; the lock files know no runtime of a single platform.
set -eu
case "$(uname -m)" in
  x86_64) runtime=linux-x64 ;;
  aarch64) runtime=linux-arm64 ;;
  *) echo "error: there is no runtime for $(uname -m)" >&2; exit 1 ;;
esac
scratch=${PUBLISH_SCRATCH:-/tmp/claude-bot-publish}
dotnet publish src/ClaudeBot -c Release -r "$runtime" --self-contained -o "$1" --nologo -v quiet -clp:NoSummary \
  --artifacts-path "$scratch" -p:LockFileFolder="$scratch" -p:RestoreLockedMode=false \
  -p:PublishReadyToRun=true -p:DebugType=none -p:RunAnalyzers=false -p:GenerateDocumentationFile=false
rm -f "$1"/*.xml "$1"/*.pdb
