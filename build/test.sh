# ./build.sh test: every suite leaves a report (see report.sh), the work is told while it is done (progress.sh); the last line is the sum.
. build/report.sh
. build/progress.sh
. build/style.sh

quick= filter= keep= hosts_up= booting= running= lanes=() waiting_lanes=()
declare -A lane_of=()

run_test() {
  while [ $# -gt 0 ]; do
    case $1 in
      --quick) quick=1 ;;
      --keep) keep=1 ;;
      --filter) filter=${2:?--filter needs a text}; shift ;;
      --filter=*) filter=${1#*=} ;;
      *) die "test: unknown option '$1'" ;;
    esac
    shift
  done
  local began; began=$(now_ms)
  ensure_built
  find_pwsh
  [ -z "$pwsh_missing" ] || say "pwsh    none: $pwsh_missing; the tests of the cmdlets are skipped"
  [ -n "$pwsh_missing" ] || { . build/docs.sh; run_docs optional; }
  reports=$artifacts/test; rm -rf "$reports"; mkdir -p "$reports"
  host_group test
  trap 'code=$?; trap - EXIT; test_cleanup; exit $code' EXIT
  trap 'exit 130' INT; trap 'exit 143' TERM HUP

  progress_begin "$began" "${quick:-all}$filter"
  [ -n "$quick" ] || boot_host_meanwhile
  style_suite
  units_suite
  pester_suite module "cmdlets" outside
  if [ -z "$quick" ]; then
    await_host
    host_suite
    in_hosts
  fi
  progress_end
  summary $(($(now_ms) - began))
}

# Booting waits for disks more than for processors: it goes on while the unit tests run. The roots of the hosts are made one after
# the other, once; a root of another release takes minutes.
boot_host_meanwhile() {
  exec 7>"$artifacts/.test.lock"; flock -n 7 || die "another test run of this clone is going on"
  hosts_up=1
  (
    code=0; host_up system --layer full || code=$?
    printf '%s\n%s\n' "$code" "$host_missing" >"$reports/host.answer"
    [ $code != 0 ] || "$host_sh" layer full --release "$other_release" >"$artifacts/host-layer.log" 2>&1 </dev/null || true
  ) 7>&- &
  booting=$!
}
await_host() {
  until [ -s "$reports/host.answer" ]; do sleep 0.1; [ -d "/proc/$booting" ] || break; done
  { read -r host_code; IFS= read -r host_missing || true; } <"$reports/host.answer"
  case $host_code in
    0) say "host    $(sed -n 's/^host: //p' "$artifacts/host-system.log" | tail -1)" ;;
    77) say "host    none: $host_missing" ;;
    *) record host "a throwaway host" 0 "$(printf 'fail\t%s\t%s' "tests/host/host.sh up" "$(tail -1 "$artifacts/host-system.log")")"; host_missing="the throwaway host did not boot" ;;
  esac
}
test_cleanup() {
  local child
  progress_end
  for child in $booting "${lanes[@]}" $running; do kill "$child" 2>/dev/null || true; wait "$child" 2>/dev/null || true; done
  [ -n "$hosts_up" ] && [ "${host_code:-}" != 77 ] || return 0
  if [ -n "$keep" ]; then say "kept: OPSRESTART_HOST_GROUP=$OPSRESTART_HOST_GROUP tests/host/host.sh exec system bash"; else host_down_all; fi
}

# limited SECONDS LOG COMMAND...: bash answers a signal at once while it waits, but not while a foreground command runs.
limited() {
  local limit=$1 log=$2 code=0; shift 2
  timeout --kill-after=20 "$limit" "$@" </dev/null >"$log" 2>&1 7>&- & running=$!
  wait "$running" || code=$?
  running=; return $code
}

xunit_options() { options=(-noLogo -noColor -reporter verbose -preEnumerateTheories); [ -z "$filter" ] || options+=(-method "*$filter*"); }
# How many tests a program would run with these options.
count_tests() { dotnet "$@" -list tests 2>/dev/null | grep -c "^OpsRestart" || true; }

units_program=tests/units/bin/Release/net10.0/OpsRestart.Tests.Units.dll
units_suite() {
  local began code=0; began=$(now_ms)
  xunit_options
  progress_expects units "$(count_tests $units_program "${options[@]}")"
  limited 600 "$reports/units.log" dotnet $units_program "${options[@]}" -xml "$reports/units.xml" || code=$?
  xunit_report units "engine and rooms" "$code" $(($(now_ms) - began))
}

# That hosts come up, and leave nothing behind on this machine however they end.
host_suite() {
  local began code=0 title="throwaway hosts"
  [ -z "$filter" ] || return 0
  [ "$host_code" = 0 ] || { skip_all host "$title" "$host_missing" <<<"tests/host/selftest.sh"; return; }
  began=$(now_ms)
  limited 600 "$reports/host.log" tests/host/selftest.sh || code=$?
  tap_report host "$title" "$code" $(($(now_ms) - began))
}

# --- suites in hosts, each in a host of its own: a lane. What runs in them mostly waits, so there are more lanes than processors.
system_program=tests/system/bin/Release/net10.0/OpsRestart.Tests.System.dll
other_release=trixie
# The longest first; those that begin last end together.
host_suites=(stacks "stacks-$other_release" "queues-$other_release" queues "rabbitmq-$other_release" system rabbitmq)
lanes_at_once=$(($(nproc) + 2))

suite_title() {
  case $1 in
    system) echo "real services" ;;
    rabbitmq*) echo "Celery and plain queues on RabbitMQ" ;;
    stacks*) echo "whole stacks under load" ;;
    queues*) echo "drains, suspensions, restarts" ;;
    module-host) echo "cmdlets" ;;
  esac
}
# The host that a suite stands on: options of "host.sh up".
suite_host() { case $1 in *"-$other_release") echo "--layer full --release $other_release" ;; *) echo "--layer full" ;; esac; }

suite_options() {
  xunit_options
  case $1 in
    stacks*) options+=(-namespace "OpsRestart.Tests.System.Stacks") ;;
    rabbitmq*) options+=(-class "*.RabbitMq*") ;;
    queues*) options+=(-namespace "OpsRestart.Tests.System.Queues" -namespace "OpsRestart.Tests.System.Runs" -class- "*.RabbitMq*") ;;
    *) options+=(-namespace- "OpsRestart.Tests.System.Stacks" -namespace- "OpsRestart.Tests.System.Queues" -namespace- "OpsRestart.Tests.System.Runs") ;;
  esac
}

in_hosts() {
  local suite
  if [ "$host_code" != 0 ]; then
    for suite in "${host_suites[@]}"; do skip_suite "$suite" "$host_missing"; done
    pester_suite module-host "$(suite_title module-host)" inside
    return
  fi
  for suite in "${host_suites[@]}"; do suite_options "$suite"; progress_expects "$suite" "$(count_tests $system_program "${options[@]}")"; done
  waiting_lanes=("${host_suites[@]}")
  [ -z "$(pester_files)" ] || waiting_lanes+=(module-host)
  while [ ${#waiting_lanes[@]} -gt 0 ] || [ ${#lane_of[@]} -gt 0 ]; do
    while [ ${#waiting_lanes[@]} -gt 0 ] && [ ${#lane_of[@]} -lt $lanes_at_once ]; do begin_lane "${waiting_lanes[0]}"; waiting_lanes=("${waiting_lanes[@]:1}"); done
    end_lane
  done
}
skip_suite() { # SUITE REASON
  suite_options "$1"
  skip_all "$1" "$(suite_title "$1")" "$2" < <(dotnet $system_program "${options[@]}" -list tests | grep "^OpsRestart" || true)
}

# The exit code and milliseconds of a lane become files, since reports are made in the foreground.
begin_lane() {
  (
    trap '[ -z "$running" ] || kill "$running" 2>/dev/null; exit 143' TERM
    trap - EXIT
    suite=$1 began=$(now_ms) code=0
    if [ "$suite" != system ]; then
      [ "$suite" = module-host ] && [ -n "$pwsh_missing" ] && exit 0
      # A root of its own may still be in the making.
      case $suite in *"-$other_release") until [ ! -d "/proc/$booting" ]; do sleep 0.5; done ;; esac
      host_up "$suite" $(suite_host "$suite") 2>"$reports/$suite.log" || { code=$?; echo "${host_missing:-$(tail -1 "$reports/$suite.log")}" >"$reports/$suite.hostless"; echo $code >"$reports/$suite.code"; exit 0; }
    fi
    host_label "$suite" >"$reports/$suite.host"
    if [ "$suite" = module-host ]; then pester_in_host || code=$?; else
      suite_options "$suite"
      in_host "$suite" 3600 "${options[@]}" || code=$?
    fi
    echo $code >"$reports/$suite.code"; echo $(($(now_ms) - began)) >"$reports/$suite.took"
    [ -n "$keep" ] || "$host_sh" down "$suite" >>"$artifacts/host-down.log" 2>&1 || true
  ) 7>&- &
  lane_of[$!]=$1; lanes+=($!)
}
end_lane() {
  local pid suite title code took
  wait -n -p pid "${!lane_of[@]}" || true
  [ -n "$pid" ] || return 0
  suite=${lane_of[$pid]}; unset "lane_of[$pid]"
  title="$(suite_title "$suite"), $(cat "$reports/$suite.host" 2>/dev/null || echo "in a host")"
  code=$(cat "$reports/$suite.code" 2>/dev/null || echo 1) took=$(cat "$reports/$suite.took" 2>/dev/null || echo 0)
  if [ -e "$reports/$suite.hostless" ] && [ "$code" = 77 ]; then skip_suite "$suite" "$(cat "$reports/$suite.hostless")"
  elif [ -e "$reports/$suite.hostless" ]; then record "$suite" "$title" 0 "$(printf 'fail\t%s\t%s' "$suite" "the throwaway host did not boot: $(cat "$reports/$suite.hostless")")"
  elif [ "$suite" != module-host ]; then xunit_report "$suite" "$title" "$code" "$took"
  elif [ -n "$pwsh_missing" ]; then skip_all "$suite" "$title" "$pwsh_missing" < <(pester_host_files)
  else pester_report "$suite" "$title" "$code" "$took"; fi
}

# in_host SUITE SECONDS OPTION...
in_host() {
  local suite=$1 limit=$2 code=0; shift 2
  host_command "$suite"
  limited "$limit" "$reports/$suite.log" "${host_command[@]}" "$(dotnet_root)/dotnet" "$host_repo/$system_program" "$@" -xml "$host_out/$suite.xml" || code=$?
  collect "$suite" "$suite.xml"
  return $code
}

# pester_suite NAME TITLE outside|inside: tests tagged Host run inside, the others outside.
pester_suite() {
  local name=$1 title=$2 where=$3 began code=0
  pester_files | grep -q . || return 0
  if [ "$where" = inside ]; then skip_all "$name" "$title" "$host_missing" < <(pester_host_files); return; fi
  [ -z "$pwsh_missing" ] || { skip_all "$name" "$title" "$pwsh_missing" < <(pester_files); return; }
  began=$(now_ms)
  pester "$name" outside "$repo" "$reports" "${pwsh[@]}" || code=$?
  pester_report "$name" "$title" "$code" $(($(now_ms) - began))
}
pester_in_host() {
  local code=0
  host_command module-host
  pester module-host inside "$host_repo" "$host_out" "${host_command[@]}" "${pwsh[@]}" || code=$?
  collect module-host module-host.tsv
  return $code
}
pester() { # NAME WHERE REPOSITORY OUT PWSH...
  local name=$1 where=$2 at=$3 out=$4; shift 4
  limited 1800 "$reports/$name.log" "$@" -NoProfile -NonInteractive -File "$at/build/Invoke-PesterSuite.ps1" -Where "$where" -ReportPath "$out/$name.tsv" ${filter:+-Filter "$filter"}
}
pester_files() { find tests -name '*.Tests.ps1' -not -path '*/bin/*' | sort; }
pester_host_files() { pester_files | xargs -r grep -lE '\-Tags?\b.*Host' || true; }

# collect HOST FILE
collect() { [ ! -e "$artifacts/host-$1/$2" ] || mv "$artifacts/host-$1/$2" "$reports/"; }
