#!/bin/sh
# prepare.sh [FOLDER]: makes on this machine what the image build would otherwise fetch and compile inside, for a build
# with IMAGE_PARTS=/src/FOLDER. Needs the .NET SDK and npm. FOLDER is artifacts/image unless given, in the repository.
# What was made of the same sources before is not made again.
set -eu
cd "$(dirname "$0")/../.."
folder=${1:-artifacts/image}
mkdir -p "$folder"

# made PART FILE...: true when PART is there and was made of these files as they are; else it is taken away.
made() {
  part=$1
  shift
  stamp=$(find "$@" -type f -not -path '*/bin/*' -not -path '*/obj/*' -exec sha256sum {} + | sort -k 2 | sha256sum | cut -d' ' -f1)
  [ "$(cat "$folder/$part.stamp" 2>/dev/null)" != "$stamp" ] || return 0
  rm -rf "${folder:?}/$part" "$folder/$part.stamp"
  return 1
}

if ! made program src Directory.Build.props Directory.Packages.props global.json deploy/docker/publish.sh; then
  PUBLISH_SCRATCH=$PWD/artifacts/image-build deploy/docker/publish.sh "$folder/program"
  echo "$stamp" > "$folder/program.stamp"
fi
if ! made tools tools deploy/docker/tools.sh; then
  deploy/docker/tools.sh "$PWD/$folder/tools"
  echo "$stamp" > "$folder/tools.stamp"
fi
chmod -R a+rX,go-w "$folder"
