#!/bin/bash
# install.sh HOST: puts the unit fixtures t-* into a throwaway host. None is started or enabled.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
host=$here/../../host/host.sh name=${1:?install.sh HOST}
tar -C "$here" -c system user lib | "$host" exec "$name" sh -c '
  mkdir -p /usr/local/lib/t-units && tar -x --no-same-owner -C /usr/local/lib/t-units
  cd /usr/local/lib/t-units && cp system/* /etc/systemd/system/ && cp user/* /etc/systemd/user/
  mv lib/* . && chmod 755 listen ready-after && rm -r system user lib
  ln -sf /dev/null /etc/systemd/system/t-masked.service
  systemctl daemon-reload'
