#!/bin/bash
# layer-build.sh HERE DIR [RELEASE ARCHIVE KEYRING]. Runs in mount and pid namespaces of its own: mounts the layer over "/"
# (or makes a root of that release) and installs into it.
set -euo pipefail
here=$1 dir=$2 root=$2/root release=${3:-} archive=${4:-} keyring=${5:-}
. "$here/lib/common.sh"

if [ -n "$release" ]; then
  # What is tested is how programs behave, on a machine whose clock or archive may be old; the signatures are checked.
  aptopt='Acquire::Check-Valid-Until "false"'
  mmdebstrap --quiet --mode=root --variant=minbase --include=apt,debian-archive-keyring \
    --aptopt="$aptopt" --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt=force-unsafe-io \
    "$release" "$dir/upper" "deb [signed-by=$keyring] $archive $release main" </dev/null
  mount --bind "$dir/upper" "$root"
  echo "$aptopt;" >"$root/etc/apt/apt.conf.d/99testhost"
else
  mount -t overlay overlay -o "lowerdir=/,upperdir=$dir/upper,workdir=$dir/work,index=off,metacopy=off,redirect_dir=off" "$root" ||
    { echo "layer: overlayfs refuses $cache (set OPSRESTART_HOST_CACHE to a directory on ext4, xfs or btrfs)"; exit 1; }
fi
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"; mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"; mount -t tmpfs tmpfs "$root/tmp"

# Names resolve in the chroot as they do outside; the file may be a link into /run.
cp -L --remove-destination /etc/resolv.conf "$root/tmp/resolv.conf" 2>/dev/null || : >"$root/tmp/resolv.conf"
rm -f "$root/etc/resolv.conf"; cp "$root/tmp/resolv.conf" "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"; chmod +x "$root/usr/sbin/policy-rc.d"   # no server starts

cp "$here/lib/common.sh" "$here/lib/require.sh" "$here/lib/layer-inside.sh" "$dir/packages" "$root/tmp/"
[ ! -d "$cache/ssh" ] || cp -r "$cache/ssh" "$root/tmp/"
chroot "$root" /bin/bash /tmp/layer-inside.sh </dev/null
[ -d "$cache/ssh" ] || cp -r "$root/tmp/ssh" "$cache/"

umount -R "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp"
umount "$root"
rm -rf "$dir"/upper/var/{lib/apt/lists,cache/apt,log/apt}
# A root of its own keeps the directories that things are mounted on.
if [ -n "$release" ]; then rm -rf "$dir/upper/tmp/"* "$dir/upper/run/"*; mkdir -p "$dir/upper/var/lib/apt/lists/partial"; else rm -rf "$dir/upper/tmp" "$dir/upper/run"; fi
