# Shared by the verbs of build.sh. The working directory is the repository.
repo=$PWD
artifacts=$repo/artifacts
stamp=$artifacts/build.stamp
host_sh=$repo/tests/host/host.sh
host_repo=/opsrestart                       # where a throwaway host sees the repository
host_out=/opsrestart-out                    # and where it may write
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1 POWERSHELL_TELEMETRY_OPTOUT=1

say() { printf '%s\n' "$*"; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }
now_ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }
seconds() { printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100)); }

apt_has() { command -v apt-get >/dev/null && [ -n "$(apt-cache show "$1" 2>/dev/null)" ]; }
apt_install() {
  [ "$(id -u)" = 0 ] || die "needs $*: run as root once, or: apt-get install $*"
  say "installing $*"
  local log=$artifacts/apt.log
  mkdir -p "$artifacts"
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" >"$log" 2>&1 ||
    { tail -5 "$log" >&2; die "apt-get could not install $* (all of it is in $log)"; }
}

# The SDK that the projects ask for. Ubuntu has it in its archive, Debian has not.
need_dotnet() {
  if command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^1[0-9]\.'; then return; fi
  [ ! -x "${DOTNET_ROOT:-$HOME/.dotnet}/dotnet" ] || { PATH=${DOTNET_ROOT:-$HOME/.dotnet}:$PATH; export PATH; need_dotnet; return; }
  ! apt_has dotnet-sdk-10.0 || { apt_install dotnet-sdk-10.0; return; }
  die "needs the .NET SDK 10.0, and this machine's apt has no dotnet-sdk-10.0.
  Debian: add Microsoft's package feed (https://learn.microsoft.com/dotnet/core/install/linux-debian), then apt-get install dotnet-sdk-10.0
  or:     https://dot.net/v1/dotnet-install.sh --channel 10.0 (no root needed; it installs to ~/.dotnet, where build.sh looks too)"
}

dotnet_root() { dirname "$(readlink -f "$(command -v dotnet)")"; }

# Nothing to do when no source is newer than the last good build. Folders count too: a deleted file changes its folder.
is_built() {
  [ -e "$stamp" ] && [ -e module/bin/OpsRestart.Module.dll ] && [ -e tests/units/bin/Release/net10.0/OpsRestart.Tests.Units.dll ] && [ -e src/OpsRestart.Cli/bin/Release/net10.0/opsrestart ] &&
    [ -z "$(find src tests/units tests/system bench ./*.props ./*.sln OpsRestart.psd1 .editorconfig \
      \( -name bin -o -name obj \) -prune -o -newer "$stamp" \( -type d -o -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.sln' -o -name '*.json' \
      -o -name '*.psd1' -o -name '*.yml' -o -name .editorconfig \) -print -quit)" ]
}

ensure_built() {
  need_dotnet
  mkdir -p "$artifacts"
  exec 8>"$artifacts/.build.lock"; flock 8
  if is_built; then say "build: up to date"; exec 8>&-; return; fi
  local began log=$artifacts/build.log fresh; began=$(now_ms); fresh=$(mktemp "$artifacts/.stamp.XXXX")
  # The compiler may stay behind as a server: it must not hold the lock.
  dotnet build OpsRestart.sln -c Release -v q --nologo >"$log" 2>&1 8>&- || { grep -E 'error|warn' "$log" | sort -u | head -30 >&2; rm -f "$fresh"; die "the build failed (all of it is in $log)"; }
  ln -sfn ../src/OpsRestart.Cli/bin/Release/net10.0/opsrestart "$artifacts/opsrestart"
  # Folders that the build itself made bin/ and obj/ in are no newer than this.
  find src tests/units tests/system bench -maxdepth 2 -type d -newer "$fresh" -not -path '*/bin*' -not -path '*/obj*' -exec touch -r "$fresh" {} +
  mv "$fresh" "$stamp"
  exec 8>&-
  say "build: done in $(seconds $(($(now_ms) - began)))"
}

# Sets pwsh to the command that starts PowerShell 7.6 or newer; otherwise pwsh_missing to the reason.
find_pwsh() {
  pwsh=(); pwsh_missing=
  if command -v pwsh >/dev/null && is_pwsh_76 pwsh; then pwsh=("$(readlink -f "$(command -v pwsh)")"); return; fi
  local log=$artifacts/tool.log tool
  mkdir -p "$artifacts"
  if timeout 300 dotnet tool restore --tool-manifest build/powershell-tool.json >"$log" 2>&1; then
    tool=$(find "${NUGET_PACKAGES:-$HOME/.nuget/packages}/powershell" -name pwsh.dll -path '*/tools/*' 2>/dev/null | sort -V | tail -1)
    [ -z "$tool" ] || ! is_pwsh_76 dotnet "$tool" || { pwsh=("$(dotnet_root)/dotnet" "$tool"); return; }
  fi
  pwsh_missing="there is no PowerShell 7.6 on PATH, and the .NET tool 'powershell' can't be restored from the package registry here"
}
is_pwsh_76() { "$@" -NoProfile -NonInteractive -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.6")' </dev/null >/dev/null 2>&1; }

# host_up NAME [--layer KIND]: a throwaway host that sees the repository, read-only, and may write to artifacts/host-NAME.
# On failure host_missing says why (an empty text: it failed although this machine can have hosts).
host_up() {
  local name=$1 log=$artifacts/host-$1.log code=0 dotnet_at; shift
  host_missing=
  mkdir -p "$artifacts/host-$name"
  dotnet_at=$(dotnet_root)
  local binds=(--bind "$repo:$host_repo:ro" --bind "$artifacts/host-$name:$host_out")
  # The host stands on this machine's root file system, or on one of its own. What it doesn't see has to be bound.
  [[ " $* " != *" --release "* ]] && [ "$(stat -c %d "$dotnet_at")" = "$(stat -c %d /)" ] || binds+=(--bind "$dotnet_at:$dotnet_at:ro")
  if [ -n "${pwsh[0]:-}" ] && [ "$(stat -c %d "${pwsh[-1]}")" != "$(stat -c %d /)" ]; then binds+=(--bind "$(dirname "${pwsh[-1]}"):$(dirname "${pwsh[-1]}"):ro"); fi
  "$host_sh" up "$name" "$@" "${binds[@]}" >"$log" 2>&1 </dev/null || code=$?
  case $code in
    0) ;;
    77) host_missing=$(sed -n 's/^host: cannot run here: //p' "$log" | tail -1); host_missing=${host_missing:-this machine cannot run throwaway hosts} ;;
    *) tail -5 "$log" >&2 ;;
  esac
  return $code
}
# host_label NAME: what it is, for the reports: Debian 13 (cgroup v2).
host_label() {
  "$host_sh" sh "$1" '. /etc/os-release; v=v1; [ ! -e /sys/fs/cgroup/unified ] || v="v1 and v2"; [ ! -e /sys/fs/cgroup/cgroup.procs ] || v=v2
    echo "${NAME%% *} $VERSION_ID (cgroup $v)"' </dev/null
}

# Sets host_command to what runs a command in a host, as root, with the tools of the build on its PATH.
host_command() {
  host_command=("$host_sh" exec "$1" env OPSRESTART_TEST_HOST=1 DOTNET_ROOT="$(dotnet_root)" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 POWERSHELL_TELEMETRY_OPTOUT=1
    "PATH=$host_repo/artifacts:$(dotnet_root):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
}

# The hosts of one clone form a group: what an earlier, killed run left is found and removed, and two clones never meet.
host_group() { OPSRESTART_HOST_GROUP=$1-$(printf %s "$repo" | cksum | cut -d' ' -f1); export OPSRESTART_HOST_GROUP; }
host_down_all() { "$host_sh" down --all >>"$artifacts/host-down.log" 2>&1 || say "build.sh: a throwaway host could not be removed; see $artifacts/host-down.log" >&2; }
