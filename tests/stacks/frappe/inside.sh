#!/bin/bash
# Runs inside the host: what an administrator would do on a new server.
set -euo pipefail
from=/opt/frappe-sample
useradd --system --home-dir /opt/frappe --shell /bin/bash frappe 2>/dev/null || true
mkdir -p /opt/frappe/sites /etc/frappe /etc/opsrestart
cp -r "$from/app/bench" /opt/frappe/
cp "$from/app/common_site_config.json" /opt/frappe/sites/
install -m 755 "$from/app/bin-bench" /usr/local/bin/bench
install -m 755 "$from"/queue-tasks.py "$from"/count-tasks.py "$from"/count_tasks.py /usr/local/bin/
chown -R frappe: /opt/frappe
if [ "${1:-}" = --supervisor ]; then
  mkdir -p /var/log/frappe /var/lib/frappe-redis-queue
  chown frappe: /var/log/frappe /var/lib/frappe-redis-queue
  install -m 644 "$from/supervisor/frappe-bench.conf" /etc/supervisor/conf.d/
  install -m 644 "$from/supervisor/frappe.yml" /etc/opsrestart/
  units=(supervisor)
  systemctl start supervisor
  until [ -S /run/supervisor.sock ]; do systemctl is-active -q supervisor; sleep 0.05; done
  supervisorctl update >/dev/null
else
  install -m 644 "$from"/units/*.service /etc/systemd/system/
  install -m 644 "$from"/units/worker-* /etc/frappe/
  install -m 644 "$from/opsrestart/frappe.yml" /etc/opsrestart/
  systemctl daemon-reload
  units=(frappe-redis-queue frappe-worker@short frappe-worker@default frappe-worker@long frappe-schedule frappe-web)
  systemctl -q enable "${units[@]}"
  [ "${1:-}" != --no-start ] || exit 0
  systemctl start "${units[@]}"
fi
workers() { redis-cli -p 11000 scard rq:workers; }
healthy() { curl -fs -o /dev/null http://127.0.0.1:8000/api/method/ping && [ "$(workers)" -ge 3 ]; }
for attempt in $(seq 300); do healthy && exit; sleep 0.1; done
echo "frappe is not healthy after 30 s ($(workers) workers)" >&2
systemctl status --no-pager -n 10 "${units[@]}" >&2
exit 1
