# Reports of test suites. One suite is one call of record; a suite that died without a report counts as one failure.
passed=0 failed=0 skipped=0
failures=() skips=()

# record NAME TITLE PASSED LINES [MILLISECONDS]: LINES are "fail<TAB>test<TAB>message" and "skip<TAB>test<TAB>reason".
record() {
  local name=$1 title=$2 good=$3 lines=$4 took=${5:-} kind test text bad=0 left=0
  while IFS=$'\t' read -r kind test text; do
    case $kind in
      fail) bad=$((bad + 1)); failures+=("$name: $test: $text") ;;
      skip) left=$((left + 1)); skips+=("$name: $text"$'\t'"$test") ;;
    esac
  done <<<"$lines"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
  : >"$reports/$name.reported"
  clear_line
  say "$(printf '%-14s %4d passed %3d failed %3d skipped  %8s  %s' "$name" "$good" "$bad" "$left" "${took:+$(seconds "$took")}" "$title")"
}

# skip_all NAME TITLE REASON <names: each name is one skip.
skip_all() { record "$1" "$2" 0 "$(sed "/^ *$/d; s/.*/skip\t&\t$3/")"; }

# xunit_report NAME TITLE EXITCODE MILLISECONDS: reads $reports/NAME.xml.
xunit_report() {
  local name=$1 title=$2 code=$3 took=$4 xml=$reports/$1.xml lines good expected
  [ -s "$xml" ] || { died "$@"; return; }
  lines=$(xunit_lines <"$xml")
  good=$(xunit_total passed "$xml")
  expected=$(($(xunit_total failed "$xml") + $(xunit_total errors "$xml")))
  # The program's own verdict counts, whatever the report can be read as.
  if [ "$(grep -c '^fail' <<<"$lines")" != "$expected" ] || { [ "$expected" = 0 ] && [ "$code" != 0 ]; }; then
    lines+=$'\n'"fail"$'\t'"$name"$'\t'"exit code $code, and the report holds $expected failures; see $reports/$name.log"
  fi
  [ -n "$filter" ] || [ "$good" != 0 ] || [ -n "$lines" ] || lines="fail"$'\t'"$name"$'\t'"no test ran"
  record "$name" "$title" "$good" "$lines" "$took"
}
xunit_total() { grep -o '<assembly [^>]*' "$2" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }

# Each <test> and <error> of an xUnit XML report, as a line.
xunit_lines() {
  awk 'BEGIN { RS = "<(test|error) " }
    function attribute(name,  at) { at = index($0, " " name "=\""); if (!at) return ""; at = substr($0, at + length(name) + 3); return substr(at, 1, index(at, "\"") - 1) }
    function text(element,  at, rest) {
      at = index($0, "<" element "><![CDATA["); if (!at) return "(no " element ")"
      rest = substr($0, at + length(element) + 11); return substr(rest, 1, index(rest, "]]>") - 1) }
    function line(kind, name, said) {
      gsub(/\\?&quot;/, "\"", name); gsub(/&lt;/, "<", name); gsub(/&gt;/, ">", name); gsub(/&apos;/, "\x27", name); gsub(/&amp;/, "\\&", name)
      gsub(/[\t\r\n ]+/, " ", said); gsub(/\\"/, "\"", said); print kind "\t" name "\t" said }
    NR == 1 { next }
    { head = " " $0; $0 = head }
    /^ type="/ && !/ result="/ { line("fail", attribute("type") " of " attribute("name"), text("message")); next }
    / result="Fail"/ { line("fail", attribute("name"), text("message")) }
    / result="Skip"/ { line("skip", attribute("name"), text("reason")) }'
}

# pester_report NAME TITLE EXITCODE MILLISECONDS: reads $reports/NAME.tsv, which Invoke-PesterSuite.ps1 writes.
pester_report() {
  local name=$1 title=$2 code=$3 took=$4 tsv=$reports/$1.tsv lines
  [ -s "$tsv" ] || { died "$@"; return; }
  lines=$(grep -E '^(fail|skip)' "$tsv" || true)
  [ "$code" = 0 ] || grep -q '^fail' <<<"$lines" || lines+=$'\n'"fail"$'\t'"$name"$'\t'"exit code $code; see $reports/$name.log"
  record "$name" "$title" "$(grep -c '^pass' "$tsv")" "$lines" "$took"
}

# tap_report NAME TITLE EXITCODE MILLISECONDS: reads the "ok" and "not ok" lines of $reports/NAME.log.
tap_report() {
  local name=$1 title=$2 code=$3 took=$4 log=$reports/$1.log lines
  grep -qE '^(not )?ok ' "$log" || { died "$@"; return; }
  lines=$(sed -nE -e 's/^not ok [0-9]+ - (.*)/fail\t\1\tsee '"${log//\//\\/}"'/p' -e 's/^ok [0-9]+ - (.*) # SKIP (.*)/skip\t\1\t\2/p' "$log")
  [ "$code" = 0 ] || grep -q '^fail' <<<"$lines" || lines+=$'\n'"fail"$'\t'"$name"$'\t'"exit code $code; see $log"
  record "$name" "$title" "$(grep '^ok ' "$log" | grep -vc ' # SKIP ')" "$lines" "$took"
}

died() {
  local name=$1 title=$2 code=$3 took=$4 why="ended with exit code $3 and left no report"
  case $code in 124 | 137) why="was ended after its time limit" ;; esac
  tail -20 "$reports/$name.log" | sed 's/^/    /'
  record "$name" "$title" 0 "fail"$'\t'"$name"$'\t'"the suite $why; see $reports/$name.log" "$took"
}

summary() {
  local line
  if [ ${#skips[@]} -gt 0 ]; then
    say; say "Skipped, and why:"
    printf '%s\n' "${skips[@]}" | awk -F'\t' '{ n[$1]++; if (n[$1] <= 3) names[$1] = names[$1] "\n      " $2; else if (n[$1] == 4) names[$1] = names[$1] "\n      …" }
      END { for (why in n) printf "  %d × %s%s\n", n[why], why, names[why] }'
  fi
  if [ ${#failures[@]} -gt 0 ]; then
    say; say "Failed:"
    for line in "${failures[@]}"; do say "  $line"; done
  fi
  [ -n "$filter" ] || progress_remember "$1"
  say; say "took $(seconds "$1"); reports in ${reports#"$repo"/}"
  say "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
}
