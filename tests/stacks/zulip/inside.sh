#!/bin/bash
# Runs inside the host: what an administrator would do on a new server.
set -euo pipefail
from=/opt/zulip-sample home=/home/zulip/deployments/current
read -r version cluster _ < <(pg_lsclusters -h | tail -1)
unit=postgresql@$version-$cluster
units=("$unit" rabbitmq-server redis-server memcached nginx supervisor)

useradd --system --home-dir /home/zulip --shell /bin/bash zulip 2>/dev/null || true
mkdir -p $home /etc/zulip /var/log/zulip /etc/opsrestart
cp -r "$from"/app/. $home/
install -m 755 "$from"/queue-tasks.py "$from"/count-tasks.py "$from"/count_tasks.py /usr/local/bin/
chown -R zulip: /home/zulip /var/log/zulip
echo 'd /run/zulip 0755 zulip zulip' >/etc/tmpfiles.d/zulip.conf
systemd-tmpfiles --create zulip.conf
[ -s /etc/zulip/rabbitmq-password ] || (umask 027; head -c 24 /dev/urandom | base64 >/etc/zulip/rabbitmq-password)
chgrp zulip /etc/zulip/rabbitmq-password

# Peer authentication on the Unix socket, for the application and for root (its probes): no password to keep.
settings=/etc/postgresql/$version/$cluster
grep -q zulip "$settings/pg_ident.conf" || {
  printf 'zulip zulip zulip\nzulip root zulip\n' >>"$settings/pg_ident.conf"
  sed -i '1i local zulip zulip peer map=zulip' "$settings/pg_hba.conf"
}
# Live totals of queues, for the drain before a stop: without the management API what workers hold can't be seen.
echo '[rabbitmq_management].' >/etc/rabbitmq/enabled_plugins
rm -f /etc/nginx/sites-enabled/default
install -m 644 "$from/nginx/zulip" /etc/nginx/sites-enabled/zulip-enterprise
systemctl start rabbitmq-server & rabbitmq=$!
systemctl reload-or-restart "$unit"   # it may run already, with the settings of before
systemctl start redis-server memcached
systemctl reload-or-restart nginx
psql() { runuser -u postgres -- psql -qtA "$@"; }
until psql -c 'SELECT 1' >/dev/null 2>&1; do systemctl is-active -q "$unit"; sleep 0.05; done
[ "$(psql -c "SELECT 1 FROM pg_roles WHERE rolname = 'zulip'")" = 1 ] || psql -c 'CREATE ROLE zulip LOGIN' -c 'CREATE DATABASE zulip OWNER zulip'
runuser -u zulip -- psql -qd zulip -v ON_ERROR_STOP=1 -f $home/schema.sql 2>&1 | grep -v NOTICE || true
wait $rabbitmq
# "rabbitmqctl add_user", "set_user_tags zulip monitoring" and "set_permissions zulip", in one call.
rabbitmqctl -q eval "U = <<\"zulip\">>, P = <<\"$(cat /etc/zulip/rabbitmq-password)\">>,
  case rabbit_auth_backend_internal:exists(U) of true -> rabbit_auth_backend_internal:change_password(U, P, U); false -> rabbit_auth_backend_internal:add_user(U, P, U) end,
  rabbit_auth_backend_internal:set_tags(U, [monitoring], U), rabbit_auth_backend_internal:set_permissions(U, <<\"/\">>, <<\".*\">>, <<\".*\">>, <<\".*\">>, U)." >/dev/null

install -m 644 "$from"/supervisor/*.conf /etc/supervisor/conf.d/
sed "s/postgresql@15-main/$unit/" "$from/opsrestart/zulip.yml" >/etc/opsrestart/zulip.yml
systemctl -q enable "${units[@]}"
[ "${1:-}" != --no-start ] || exit 0

systemctl start supervisor
until [ -S /run/supervisor.sock ]; do systemctl is-active -q supervisor; sleep 0.05; done
supervisorctl update >/dev/null
running() { supervisorctl status | grep -c ' RUNNING ' || true; }
healthy() { [ "$(running)" = 18 ] && curl -fs -o /dev/null -H 'Host: chat.example.org' http://127.0.0.1/health && curl -fs -o /dev/null http://127.0.0.1:9800/json/events; }
for attempt in $(seq 300); do healthy && exit; sleep 0.2; done
echo "zulip is not healthy after 60 s" >&2
supervisorctl status >&2 || true
tail -n 5 /var/log/zulip/*.log >&2
exit 1
