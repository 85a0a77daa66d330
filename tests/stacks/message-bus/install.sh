#!/bin/bash
# install.sh HOST: deploys samples/message-bus into a throwaway host and waits until it is healthy.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
sample=$here/../../../samples/message-bus
tar -C "$sample" -c --exclude=__pycache__ . -C "$here" ./inside.sh ./publish.py ./watch.py ./count-tasks.py -C "$here/.." ./count_tasks.py |
  "$here/../../host/host.sh" exec "${1:?install.sh HOST}" sh -c 'mkdir -p /opt/message-bus-sample && tar -x --no-same-owner -C /opt/message-bus-sample'
"$here/../../host/host.sh" exec "$1" bash /opt/message-bus-sample/inside.sh
