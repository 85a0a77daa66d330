# The package layer: a read-only overlay directory that holds what apt-get installed on top of the machine's own "/".
package_list() { # kind
  local lists=("$here/packages/minimal"); [ "$1" = minimal ] || lists+=("$here/packages/full")
  sed 's/#.*//; s/[[:space:]]//g; /^$/d' "${lists[@]}"
}

layer_path() { # kind
  local key; key=$( { package_list "$1"; cat "$here/lib/layer-inside.sh"; . /etc/os-release; echo "$ID $VERSION_ID"; uname -m; } | sha256sum)
  echo "$cache/$1-${key:0:12}"
}

ensure_layer() { # kind: sets $layer
  case $1 in minimal | full) ;; *) die "no layer '$1': minimal or full" ;; esac
  layer=$(layer_path "$1")
  [ -d "$layer" ] && return
  mkdir -p "$cache"
  exec 8>"$cache/.lock"; interruptible flock 8     # a second builder waits, then finds it done
  [ -d "$layer" ] || build_layer "$1"
  exec 8>&-
}

build_layer() { # kind
  command -v apt-get >/dev/null || cannot "no apt-get to build the package layer with"
  building=$cache/.building
  rm -rf "$building"; mkdir -p "$building"/{upper,work,root}
  package_list "$1" >"$building/packages"
  local began=$SECONDS code=0
  say "building the package layer '$1' (once)"
  # Its own mount and pid namespaces: mounts and stray daemons are gone with it, however it ends.
  interruptible unshare --mount --propagation private --pid --fork --kill-child \
    bash "$here/lib/layer-build.sh" "$here" "$building" 8>&- >"$building/log" 2>&1 || code=$?
  if [ $code != 0 ]; then
    local why; why=$(grep -E '^(E:|layer:|mount:)' "$building/log" | tail -1)
    cp "$building/log" "$cache/last-failure.log"; rm -rf "$building"; building=
    cannot "the package layer failed: ${why:-see $cache/last-failure.log}"
  fi
  mv "$building/upper" "$layer"; rm -rf "$building"; building=
  drop_old_layers "$1"
  say "package layer '$1' ready: $(du -sm "$layer" | cut -f1) MB in $((SECONDS - began)) s"
}

drop_old_layers() { # kind: those that no host stands on
  local old
  for old in "$cache/$1-"*; do
    [ "$old" = "$layer" ] || grep -qsxF "$old" $layers_in_use || rm -rf "$old"
  done
}
