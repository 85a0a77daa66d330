#!/bin/bash
# install.sh HOST [--no-start]: deploys samples/zulip into a throwaway host and waits until it is healthy.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
host=$here/../../host/host.sh name=${1:?install.sh HOST [--no-start]} start=${2:-}

tar -C "$here/../../../samples/zulip" -c --exclude=__pycache__ . -C "$here" ./inside.sh ./queue-tasks.py ./count-tasks.py -C "$here/.." ./count_tasks.py |
  "$host" exec "$name" sh -c 'mkdir -p /opt/zulip-sample && tar -x --no-same-owner -C /opt/zulip-sample'
"$host" exec "$name" bash /opt/zulip-sample/inside.sh "$start"
