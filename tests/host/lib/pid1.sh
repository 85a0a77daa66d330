#!/bin/sh
# The first process of a host: $1 = its address. nspawn mounts cgroup-v1 controllers read-only, which leaves
# MemoryCurrent and friends unset; the host owns its subtree, so give it that. Then the real systemd.
mount -o remount,bind,rw /sys/fs/cgroup 2>/dev/null
for c in memory pids cpu cpuacct cpu,cpuacct blkio; do mount -o remount,bind,rw /sys/fs/cgroup/$c 2>/dev/null; done
ip address add "$1" dev host0 && ip link set host0 up
ip link set lo up
exec /lib/systemd/systemd --system
