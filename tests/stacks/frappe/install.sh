#!/bin/bash
# install.sh HOST [--no-start | --supervisor]: deploys samples/frappe into a throwaway host and waits until it is healthy.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
host=$here/../../host/host.sh name=${1:?install.sh HOST [--no-start | --supervisor]} start=${2:-}

tar -C "$here/../../../samples/frappe" -c --exclude=__pycache__ . -C "$here" ./inside.sh ./queue-tasks.py ./count-tasks.py -C "$here/.." ./count_tasks.py |
  "$host" exec "$name" sh -c 'mkdir -p /opt/frappe-sample && tar -x --no-same-owner -C /opt/frappe-sample'
"$host" exec "$name" bash /opt/frappe-sample/inside.sh "$start"
