#!/bin/sh
# Exit code 0 when the bot of this container is ready; prints in one line what it says. ENABLE_HEALTH_CHECKS=false makes it
# always ready.
if answer=$(curl -sS --fail-with-body --max-time 8 http://127.0.0.1:8000/health/ready 2>&1); then
  echo "OK: $answer" | tr '\n' ' '
else
  echo "ERROR: $answer" | tr '\n' ' '
  exit 1
fi
