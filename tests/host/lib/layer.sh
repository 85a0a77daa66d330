# What a host stands on: for the machine's own release a package layer, a read-only overlay directory that holds what apt-get
# installed on top of the machine's own "/"; for another release a whole root of its own.
own_release() { (. /etc/os-release; echo "${VERSION_CODENAME:-}"); }

# use_release NAME: sets $release, empty for the machine's own.
use_release() {
  [[ $1 =~ ^[a-z]*$ ]] || die "a release is a name like trixie: '$1'"
  release=$1; [ "$release" != "$(own_release)" ] || release=
}

package_list() { # kind
  local lists=("$here/packages/minimal"); [ "$1" = minimal ] || lists+=("$here/packages/full")
  if [ -n "$release" ]; then lists+=("$here/packages/own-root"); [ "$1" = minimal ] || lists+=("$here/packages/full-own-root"); fi
  sed 's/#.*//; s/[[:space:]]//g; /^$/d' "${lists[@]}"
}

layer_path() { # kind
  local key; key=$( { package_list "$1"; cat "$here/lib/layer-inside.sh"; described_root; uname -m; } | sha256sum)
  echo "$cache/${release:+$release-}$1-${key:0:12}"
}
described_root() {
  if [ -n "$release" ]; then echo "$release"; cat "$here/lib/layer-build.sh"; else . /etc/os-release; echo "$ID $VERSION_ID"; fi
}

ensure_layer() { # kind: sets $layer
  case $1 in minimal | full) ;; *) die "no layer '$1': minimal or full" ;; esac
  layer=$(layer_path "$1")
  [ -d "$layer" ] && return
  [ -z "$release" ] || require_other_release
  mkdir -p "$cache"
  exec 8>"$cache/.lock"; interruptible flock 8     # a second builder waits, then finds it done
  [ -d "$layer" ] || build_layer "$1"
  exec 8>&-
}

# Where another release comes from: the archive that the machine's own comes from. No address is written down here.
require_other_release() {
  archive=; keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ "$(. /etc/os-release; echo "$ID")" = debian ] || cannot "the release '$release' comes from a Debian archive, and this machine is no Debian"
  command -v apt-get >/dev/null || cannot "no apt-get to install the release '$release' with"
  archive=$(apt-get indextargets --format '$(CREATED_BY) $(RELEASE) $(COMPONENT) $(REPO_URI)' | awk -v own="$(own_release)" '$1 == "Packages" && $2 == own && $3 == "main" { print $4; exit }')
  [ -n "$archive" ] || cannot "this machine's apt sources name no Debian archive that could hold the release '$release'"
  [ -e "$keyring" ] || cannot "lacks $keyring, the keys of the release '$release' (package debian-archive-keyring)"
  command -v mmdebstrap >/dev/null || install_missing mmdebstrap
}

build_layer() { # kind
  command -v apt-get >/dev/null || cannot "no apt-get to build the package layer with"
  building=$cache/.building
  rm -rf "$building"; mkdir -p "$building"/{upper,work,root}
  package_list "$1" >"$building/packages"
  local began=$SECONDS code=0 what="the package layer '$1'"
  [ -z "$release" ] || what="the root '$1' of release '$release'"
  say "building $what (once)"
  # Its own mount and pid namespaces: mounts and stray daemons are gone with it, however it ends.
  interruptible unshare --mount --propagation private --pid --fork --kill-child \
    bash "$here/lib/layer-build.sh" "$here" "$building" ${release:+"$release" "$archive" "$keyring"} 8>&- >"$building/log" 2>&1 || code=$?
  if [ $code != 0 ]; then
    local why; why=$(grep -E '^(E:|layer:|mount:)' "$building/log" | tail -1)
    cp "$building/log" "$cache/last-failure.log"; rm -rf "$building"; building=
    cannot "$what failed: ${why:-see $cache/last-failure.log}"
  fi
  mv "$building/upper" "$layer"; rm -rf "$building"; building=
  drop_old_layers "$1"
  say "$what ready: $(du -sm "$layer" | cut -f1) MB in $((SECONDS - began)) s"
}

drop_old_layers() { # kind: those that no host stands on
  local old
  for old in "$cache/${release:+$release-}$1-"*; do
    [ "$old" = "$layer" ] || grep -qsxF "$old" $layers_in_use || rm -rf "$old"
  done
}
