# ./build.sh package: artifacts/OpsRestart-VERSION.tar.gz (the module) and artifacts/opsrestart-VERSION-linux-ARCH.tar.gz (the command).
run_package() {
  ensure_built
  local version stage kind; version=$(sed -n "s/.*ModuleVersion *= *'\([^']*\)'.*/\1/p" OpsRestart.psd1)
  . build/docs.sh; run_docs optional
  stage=$artifacts/stage; rm -rf "$stage"; mkdir -p "$stage/OpsRestart/$version"
  cp -r OpsRestart.psd1 module LICENSE README.md CHANGELOG.md "$stage/OpsRestart/$version/"
  [ ! -d en-US ] || cp -r en-US "$stage/OpsRestart/$version/"
  archive "OpsRestart-$version.tar.gz" OpsRestart

  kind=linux-$(dotnet --info | sed -n 's/^ *RID: *.*-//p' | head -1)
  publish_command "$kind" "$stage/opsrestart-$version"
  cp LICENSE "$stage/opsrestart-$version/"
  archive "opsrestart-$version-$kind.tar.gz" "opsrestart-$version"
  rm -rf "$stage" "$artifacts/publish"
}

# One file that needs no .NET on the target, where the runtime's package can be had; otherwise one that needs the runtime there.
publish_command() {
  local log=$artifacts/publish.log options=(src/OpsRestart.Cli -c Release -v q --nologo -p:DebugType=none --artifacts-path "$artifacts/publish" -r "$1" -o "$2")
  dotnet publish "${options[@]}" --self-contained -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true >"$log" 2>&1 ||
    { say "package: the .NET runtime's package can't be had here: the command will need .NET 10 where it is installed"
      rm -rf "$2"; dotnet publish "${options[@]}" --no-self-contained >"$log" 2>&1 || { tail -5 "$log" >&2; die "the command could not be published"; }; }
  [ ! -e "$2/OpsRestart.Cli" ] || mv "$2/OpsRestart.Cli" "$2/opsrestart"
  rm -f "$2"/*.xml
}

archive() { # NAME FOLDER: the same content gives the same bytes
  tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime='@0' -cf - "$2" | gzip -9n >"$artifacts/$1"
  say "package: artifacts/$1 ($(($(stat -c %s "$artifacts/$1") / 1024)) KB)"
}
