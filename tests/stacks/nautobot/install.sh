#!/bin/bash
# install.sh HOST [--no-start]: deploys samples/nautobot into a throwaway host and waits until it is healthy.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
host=$here/../../host/host.sh name=${1:?install.sh HOST [--no-start]} start=${2:-}
sample=$here/../../../samples/nautobot

# The files travel through a pipe: the host sees nothing of the checkout.
tar -C "$sample" -c --exclude=__pycache__ . -C "$here" ./inside.sh ./queue-tasks.py ./count-tasks.py -C "$here/.." ./count_tasks.py |
  "$host" exec "$name" sh -c 'mkdir -p /opt/nautobot-sample && tar -x --no-same-owner -C /opt/nautobot-sample'
"$host" exec "$name" bash /opt/nautobot-sample/inside.sh "$start"
