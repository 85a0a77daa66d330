#!/bin/bash
# Runs chrooted in the layer: packages first, then everything that is the same in each host.
set -euo pipefail
. /tmp/common.sh; . /tmp/require.sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
units=/etc/systemd/system

known() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }
choose() { # "a|b" -> the first that exists
  local name; for name in ${1//|/ }; do known "$name" && { echo "$name"; return; }; done
  echo "E: this distribution has no package $1" >&2; return 1
}
choose_all() { local line; while read -r line; do choose "$line" || return 1; done </tmp/packages; }
install_packages() {
  local names
  # A fresh machine has no index of packages, or one that lacks "universe": ask for a new one before giving up.
  names=$(choose_all 2>/dev/null) || { apt_quiet update; names=$(choose_all); }
  apt_install_or_update -o Dpkg::Options::=--path-exclude='/usr/share/doc/*' -o Dpkg::Options::=--path-exclude='/usr/share/man/*' $names
}

# Nothing of the machine or of the packages starts by itself; a test enables or starts what it wants.
disable_everything() {
  rm -rf $units/*.wants $units/*.requires $units/default.target
  # Init scripts too. Renamed, not removed: "systemctl enable" of a unit that has one fails without any link.
  local link
  for link in /etc/rc[2-5].d/S*; do [ ! -L "$link" ] || mv -f "$link" "${link%/*}/K${link##*/S}"; done
  ln -s /lib/systemd/system/multi-user.target $units/default.target
  local unit
  for unit in systemd-networkd.service systemd-networkd.socket systemd-networkd-wait-online.service systemd-resolved.service \
    systemd-timesyncd.service systemd-firstboot.service systemd-sysusers.service systemd-update-utmp.service \
    systemd-update-utmp-runlevel.service systemd-binfmt.service systemd-pstore.service systemd-hwdb-update.service \
    systemd-journal-catalog-update.service systemd-udevd.service systemd-udev-trigger.service \
    systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-machine-id-commit.service \
    console-getty.service getty.target getty-static.service ldconfig.service e2scrub_reap.service \
    apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer man-db.timer dpkg-db-backup.timer \
    dev-hugepages.mount sys-fs-fuse-connections.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
    sys-kernel-config.mount proc-sys-fs-binfmt_misc.automount remote-fs.target; do
    ln -sf /dev/null $units/$unit
  done
  touch /etc/.updated /var/.updated               # else every first boot rebuilds caches (ConditionNeedsUpdate)
}

own_journal() {
  mkdir -p /etc/systemd/journald.conf.d /etc/systemd/system.conf.d
  printf '[Journal]\nStorage=persistent\nSystemMaxUse=64M\nRateLimitIntervalSec=0\nRateLimitBurst=0\nForwardToSyslog=no\nForwardToWall=no\n' \
    >/etc/systemd/journald.conf.d/zz-testhost.conf
  rm -rf /var/log/journal; mkdir -p /var/log/journal
}

# An unprivileged user for polkit and `systemd --user`, and a root that can ssh from host to host.
users() {
  id tester >/dev/null 2>&1 || useradd --create-home --shell /bin/bash tester
  rm -rf /root/.ssh; mkdir -m 700 /root/.ssh
  # One key for all layers of this machine (layer-build.sh keeps it in the cache).
  [ -e /tmp/ssh/id_ed25519 ] || { mkdir -p /tmp/ssh; ssh-keygen -q -t ed25519 -N '' -C testhost -f /tmp/ssh/id_ed25519; }
  cp /tmp/ssh/id_ed25519* /root/.ssh/
  cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys
  printf 'Host *\n  StrictHostKeyChecking accept-new\n  LogLevel ERROR\n' >/root/.ssh/config
}

# A fresh cluster: never the machine's data, which may be in use there.
own_postgres() {
  command -v pg_lsclusters >/dev/null || return 0
  local version name rest
  while read -r version name rest; do rm -rf "/var/lib/postgresql/$version/$name" "/etc/postgresql/$version/$name"; done < <(pg_lsclusters -h)
  version=$(ls /usr/lib/postgresql | sort -V | tail -1)
  pg_createcluster "$version" main -- --no-sync --locale=C.UTF-8 >/dev/null
  rm -f /var/log/postgresql/*.log
}

install_packages
disable_everything
own_journal
users
own_postgres
rm -f /usr/sbin/policy-rc.d
