#!/bin/bash
# Runs inside the host: what an administrator would do on a new server.
set -euo pipefail
from=/opt/message-bus-sample
units=(mqtt-subscriber celerybeat celery@{critical,high_priority,general,ml_training,external_api} daphne mosquitto redis-server)
systemctl stop "${units[@]}" 2>/dev/null || true   # they may run already, with the settings of before

useradd --system --home-dir /opt/message-bus --shell /bin/bash bus 2>/dev/null || true
mkdir -p /opt/message-bus; cp -r "$from"/app/. /opt/message-bus/
install -m 755 "$from"/{publish,watch,count-tasks,count_tasks}.py /usr/local/bin/
install -d -o bus -g bus /var/lib/message-bus

# Secrets: no program gets one as an argument.
install -d -m 755 /etc/message-bus
secret() { [ -s "/etc/message-bus/$1" ] || (umask 077; python3 -c "$2" >"/etc/message-bus/$1"; chown bus: "/etc/message-bus/$1"); }
secret mqtt-password 'import secrets; print(secrets.token_urlsafe())'
secret device-password 'import secrets; print(secrets.token_urlsafe())'
secret dashboard-token 'import secrets; print(secrets.token_urlsafe())'
secret channels-key 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'
(umask 077; printf 'bus:%s\ndevice:%s\n' "$(cat /etc/message-bus/mqtt-password)" "$(cat /etc/message-bus/device-password)" >/etc/message-bus/mqtt-passwords)
mosquitto_passwd -U /etc/message-bus/mqtt-passwords
chown mosquitto: /etc/message-bus/mqtt-passwords
install -m 644 "$from"/mosquitto/message-bus.conf /etc/mosquitto/conf.d/
install -m 700 -o mosquitto "$from"/mosquitto/message-bus.acl /etc/mosquitto/
install -m 644 "$from"/redis/message-bus.conf /etc/redis/
grep -q message-bus /etc/redis/redis.conf || echo 'include /etc/redis/message-bus.conf' >>/etc/redis/redis.conf

cp -r "$from"/units/. /etc/systemd/system/
install -d /etc/opsrestart
install -m 644 "$from"/opsrestart/message-bus.yml /etc/opsrestart/
chmod -R u=rwX,go=rX /etc/systemd/system/celery* /etc/systemd/system/{daphne,mqtt-subscriber}.service
systemctl daemon-reload
systemctl -q enable "${units[@]}"
[ "${1:-}" != --no-start ] || exit 0

systemctl start "${units[@]}"
healthy() { curl -fsm 5 http://127.0.0.1:8000/metrics/export/ | awk '/^celery_worker_up/ { n += $2 } /^celery_mqtt_subscriber_connected/ { n += $2 } END { exit n != 6 }'; }
for attempt in $(seq 240); do healthy && exit; sleep 0.25; done
echo "the message bus is not healthy after 60 s" >&2
systemctl status --no-pager -n 10 "${units[@]}" >&2
exit 1
