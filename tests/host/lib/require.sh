# What the machine must have; installs what the distribution can give.
require_machine() {
  [ "$(id -u)" = 0 ] || cannot "needs root (namespaces, mounts, cgroups)"
  [ "$(uname -s)" = Linux ] || cannot "needs Linux"
  local missing=()
  command -v systemd-nspawn >/dev/null || missing+=(systemd-container)
  command -v ip >/dev/null || missing+=(iproute2)
  command -v nsenter >/dev/null && command -v flock >/dev/null && command -v setpriv >/dev/null || missing+=(util-linux)
  [ ${#missing[@]} = 0 ] || install_missing "${missing[@]}"
  unshare --mount --net --pid --fork true 2>/dev/null || cannot "this kernel or container refuses new namespaces"
}

install_missing() {
  command -v apt-get >/dev/null || cannot "lacks $* and there is no apt-get to install it with"
  say "installing $*"
  local log; log=$(mktemp)
  interruptible apt_install_or_update "$@" >"$log" 2>&1 || { tail -3 "$log" >&2; rm -f "$log"; cannot "apt-get could not install $*"; }
  rm -f "$log"
}

# The package index of a fresh machine is empty or old: ask for a new one only when needed.
apt_install_or_update() {
  apt_quiet install --no-install-recommends "$@" || { apt_quiet update && apt_quiet install --no-install-recommends "$@"; }
}
