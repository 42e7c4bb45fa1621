#!/bin/sh
# prepare.sh [FOLDER]: makes on this machine what the image build would otherwise fetch and compile inside, for a build
# with IMAGE_PARTS=/src/FOLDER. Needs the .NET SDK and npm. FOLDER is artifacts/image unless given, in the repository.
set -eu
cd "$(dirname "$0")/../.."
folder=${1:-artifacts/image}
rm -rf "$folder/program"
mkdir -p "$folder"
PUBLISH_SCRATCH=$PWD/artifacts/image-build deploy/docker/publish.sh "$folder/program"
stamp=$(cat tools/*/package-lock.json deploy/docker/tools.sh | sha256sum | cut -d' ' -f1)
if [ "$(cat "$folder/tools.stamp" 2>/dev/null)" != "$stamp" ]; then
  rm -rf "$folder/tools"
  deploy/docker/tools.sh "$PWD/$folder/tools"
  echo "$stamp" > "$folder/tools.stamp"
fi
chmod -R a+rX,go-w "$folder"
