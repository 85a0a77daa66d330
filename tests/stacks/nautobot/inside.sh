#!/bin/bash
# Runs inside the host: what an administrator would do on a new server.
set -euo pipefail
from=/opt/nautobot-sample
read -r version cluster _ < <(pg_lsclusters -h | tail -1)
unit=postgresql@$version-$cluster

useradd --system --home-dir /opt/nautobot --shell /bin/bash nautobot 2>/dev/null || true
mkdir -p /opt/nautobot; cp -r "$from"/app/. /opt/nautobot/
install -m 755 "$from"/queue-tasks.py "$from"/count-tasks.py "$from"/count_tasks.py /usr/local/bin/
chown -R nautobot: /opt/nautobot

# Peer authentication on the Unix socket, for the application and for root (its probes): no password to keep.
settings=/etc/postgresql/$version/$cluster
grep -q nautobot "$settings/pg_ident.conf" || {
  printf 'nautobot nautobot nautobot\nnautobot root nautobot\n' >>"$settings/pg_ident.conf"
  sed -i '1i local nautobot nautobot peer map=nautobot' "$settings/pg_hba.conf"
}
systemctl reload-or-restart "$unit"   # it may run already, with the settings of before
systemctl start redis-server
psql() { runuser -u postgres -- psql -qtA "$@"; }
until psql -c 'SELECT 1' >/dev/null 2>&1; do systemctl is-active -q "$unit"; sleep 0.05; done
[ "$(psql -c "SELECT 1 FROM pg_roles WHERE rolname = 'nautobot'")" = 1 ] || psql -c 'CREATE ROLE nautobot LOGIN' -c 'CREATE DATABASE nautobot OWNER nautobot'
(cd /opt/nautobot && runuser -u nautobot -- python3 manage.py migrate --verbosity 0)

install -m 644 "$from"/units/*.service /etc/systemd/system/
install -d /etc/opsrestart
sed "s/postgresql@15-main/$unit/" "$from/opsrestart/nautobot.yml" >/etc/opsrestart/nautobot.yml
systemctl daemon-reload
systemctl -q enable "$unit" redis-server nautobot nautobot-worker nautobot-scheduler
[ "${1:-}" != --no-start ] || exit 0

systemctl start nautobot-worker nautobot nautobot-scheduler
healthy() { curl -fs -o /dev/null http://127.0.0.1:8000/health/ && curl -fs -o /dev/null http://127.0.0.1:8000/worker-status/; }
for attempt in $(seq 120); do healthy && exit; sleep 0.25; done
echo "nautobot is not healthy after 30 s" >&2
systemctl status --no-pager -n 10 nautobot nautobot-worker nautobot-scheduler >&2
exit 1
