# Tells what goes on while suites run: how many of how many, what runs, how long it may still take, and each failure when it happens.
# It reads the logs that the suites write anyway. On a terminal it is one line that changes, else a line now and then.
progress_pid=

# progress_begin STARTED KIND: KIND tells runs apart that take different times; the last one of a kind is the estimate.
progress_begin() {
  progress_history=$artifacts/test-took.$(printf %s "$2" | tr -c 'a-zA-Z0-9' _)
  : >"$reports/.expected"
  tell_progress "$1" "$(cat "$progress_history" 2>/dev/null || true)" 7>&- & progress_pid=$!
}
progress_expects() { printf '%s\t%s\n' "$1" "$2" >>"$reports/.expected"; }
progress_end() {
  [ -n "$progress_pid" ] || return 0
  kill "$progress_pid" 2>/dev/null || true; wait "$progress_pid" 2>/dev/null || true; progress_pid=
  clear_line
}
# progress_remember MILLISECONDS: what the next run of this kind may take.
progress_remember() { echo "$1" >"$progress_history"; }

clear_line() { [ ! -t 1 ] || printf '\r\033[K'; }

tell_progress() { # STARTED ESTIMATE
  trap - EXIT; trap 'exit 0' TERM INT HUP
  local began=$1 estimate=$2 told=0 last=0 every=30 now line
  local -A failures_told=()
  [ ! -t 1 ] || every=1
  while sleep 1 & wait $!; do
    tell_failures
    now=$(now_ms)
    [ $((now - last)) -ge $((every * 1000)) ] || continue
    last=$now
    line="$(clock $((now - began))) $(read_logs | sum_logs "$(time_left $((now - began)) "$estimate")")"
    if [ -t 1 ]; then printf '\r\033[K%s' "${line:0:$(($(tput cols 2>/dev/null || echo 80) - 1))}"; else say "$line"; fi
  done
}
clock() { printf '%d:%02d' $(($1 / 60000)) $(($1 / 1000 % 60)); }
time_left() { # ELAPSED ESTIMATE
  [ -n "$2" ] || return 0
  if [ "$1" -lt "$2" ]; then printf ', about %s left' "$(clock $(($2 - $1)))"; else printf ', longer than the last run (%s)' "$(clock "$2")"; fi
}

# Each suite with a log: name, tests that began, that ended, that failed, the one that began last and has not ended.
read_logs() {
  local log
  for log in "$reports"/*.log; do
    [ -e "$log" ] || continue
    [ -e "${log%.log}.reported" ] && finished=1 || finished=
    awk -v suite="$(basename "$log" .log)" -v finished="$finished" '
      function short(name) { sub(/\(.*/, "", name); n = split(name, part, "."); return part[n - 1] "." part[n] }
      / \[STARTING\]$/ { name = $0; sub(/ \[STARTING\]$/, "", name); gsub(/^ +/, "", name); began[name] = ++order }
      / \[FINISHED\] Time: / { name = $0; sub(/ \[FINISHED\] Time: .*/, "", name); gsub(/^ +/, "", name); delete began[name]; ended++ }
      / \[FAIL\]$/ { failed++ }
      /^ *\[[+!?-]\] / { ended++ }
      /^ *\[-\] / { failed++ }
      /^(not )?ok [0-9]+ - / { ended++; current = $0; sub(/^(not )?ok [0-9]+ - /, "after: ", current) }
      /^not ok / { failed++ }
      END { for (name in began) if (began[name] > newest) { newest = began[name]; current = short(name) }
        print "ran\t" suite "\t" ended + 0 "\t" failed + 0 "\t" (finished ? "" : current) }' "$log"
  done
}
sum_logs() { # TIME LEFT
  { sed 's/^/expected\t/' "$reports/.expected"; cat; } | awk -F'\t' -v left="$1" '
    $1 == "expected" { expected[$2] = $3; all += $3; next }
    { ended += $3; failed += $4; if (!($2 in expected)) all += $3; if ($5 != "") now = now "; " $2 ": " $5 }
    END { printf "%d of %d%s%s%s", ended, all, failed ? ", " failed " failed" : "", left, now }'
}

tell_failures() {
  local log line suite
  for log in "$reports"/*.log; do
    [ -e "$log" ] || continue
    suite=$(basename "$log" .log)
    while IFS= read -r line; do
      [ -z "${failures_told[$suite$line]:-}" ] || continue
      failures_told[$suite$line]=1
      clear_line; say "FAILED  $suite: $(tr '\r' ' ' <<<"$line")"
    done < <(failures_in "$log")
  done
}
# One line a failure: its test and the first lines of what it said.
failures_in() {
  awk '
    function tell() { if (name != "") print name ": " said; name = said = ""; lines = 0 }
    / \[FAIL\]$/ { tell(); name = $0; sub(/ \[FAIL\]$/, "", name); sub(/^ +/, "", name); next }
    /^ *\[-\] / { tell(); name = $0; sub(/^ *\[-\] /, "", name); next }
    /^not ok / { tell(); print; next }
    name != "" && (/Stack Trace:/ || / \[(STARTING|FINISHED)\]/ || ++lines > 4) { tell(); next }
    name != "" { text = $0; gsub(/^ +| +$/, "", text); said = said (said == "" ? "" : " ") text }' "$1"
}
