#!/bin/bash
# Started in the background by "up": boot.sh HERE NAME STAGE [BIND...]. Becomes systemd-nspawn itself.
# Stage 1 enters the host's cgroups and the group's switch; stage 2 runs in a mount namespace of its own, so that
# every mount is gone the moment the host is, however it ends.
set -euo pipefail
here=$1 name=$2 stage=$3; shift 3
. "$here/lib/common.sh"; . "$here/lib/cgroup.sh"
dir=$state/$name

if [ "$stage" = 1 ]; then
  cgroups_enter "$dir/cgroups"
  exec nsenter --net="/proc/$(cat "$state/.switch/pid")/ns/net" \
    unshare --mount --propagation slave bash "$here/lib/boot.sh" "$here" "$name" 2 "$@"
fi

root=$dir/root
mount -t tmpfs -o size=75%,mode=755 tmpfs "$dir/rw"
mkdir "$dir/rw/upper" "$dir/rw/work"
layer=$(cat "$dir/layer")
stack() { mount -t overlay overlay -o "lowerdir=$1,upperdir=$dir/rw/upper,workdir=$dir/rw/work,index=off,metacopy=off,redirect_dir=off" "$root"; }
# overlayfs refuses a lower directory that lies inside another one, as a layer on "/" does ("overlapping lowerdir").
# A read-only overlay of "/" alone is a file system of its own, so the layer no longer lies in it.
stack_on_machine() {
  mkdir "$dir/rw/empty" "$dir/rw/base"
  stack "$layer:/" 2>/dev/null || { mount -t overlay overlay -o "lowerdir=$dir/rw/empty:/" "$dir/rw/base" && stack "$layer:$dir/rw/base"; }
}
if [ -s "$dir/release" ]; then stack "$layer"; else stack_on_machine; fi || { echo "cannot: overlayfs can't stack a host on $layer"; exit 77; }
[ ! -d /run/systemd ] || mount -t tmpfs tmpfs /run/systemd        # nspawn's own traces stay out of the machine

tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
echo "$name" >"$root/etc/hostname"
rm -f "$root/etc/hosts"; printf '127.0.0.1 localhost\n::1 localhost\n%s %s\n' "$(cat "$dir/ip")" "$name" >"$root/etc/hosts"
rm -f "$root/etc/resolv.conf"; echo '# no way out: an unknown name fails at once' >"$root/etc/resolv.conf"
mkdir -p "$root/var/log/journal/$(cat "$root/etc/machine-id")"
install -m 755 "$here/lib/pid1.sh" "$root/.pid1"

# With v2 alone the machine's controllers may stay with its v1 hierarchies: then memory and tasks are not counted in the host.
[ "$(cat "$dir/cgroup")" != v2 ] || export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn -q --keep-unit --register=no --machine="opsrestart-$group-$name" --hostname="$name" --directory="$root" \
  --resolv-conf=off --timezone=off --link-journal=no --console=read-only --kill-signal=SIGRTMIN+3 \
  --network-bridge=switch "$@" /.pid1 "$(cat "$dir/ip")/24"
