# ./build.sh format, and the suite "style" of ./build.sh test: one formatter (CSharpier), one bound of a line (140 columns).
formatted="src tests bench"

# Sets formatter_missing to the reason where the formatter can't be had.
find_formatter() {
  formatter_missing=
  timeout 300 dotnet tool restore >"$artifacts/formatter.log" 2>&1 || true
  dotnet csharpier --version >/dev/null 2>&1 || formatter_missing="the .NET tool 'csharpier' can't be restored from the package registry here"
}

run_format() {
  need_dotnet; mkdir -p "$artifacts"; find_formatter
  [ -z "$formatter_missing" ] || die "$formatter_missing"
  # shellcheck disable=SC2086
  dotnet csharpier format $formatted
}

style_suite() {
  local began lines="" good=0 wide; began=$(now_ms)
  [ -z "$filter" ] || return 0
  find_formatter
  if [ -n "$formatter_missing" ]; then lines="skip"$'\t'"formatter"$'\t'"$formatter_missing"
  # shellcheck disable=SC2086
  elif dotnet csharpier check $formatted >"$reports/style.txt" 2>&1; then good=1
  else lines="fail"$'\t'"formatter"$'\t'"./build.sh format would change: $(sed -n 's/^Error \(.*\.cs\) .*/\1/p' "$reports/style.txt" | head -5 | tr '\n' ' ')"; fi
  wide=$(too_wide)
  if [ -z "$wide" ]; then good=$((good + 1)); else lines+=$'\n'"fail"$'\t'"a line of at most 140 columns"$'\t'"$(head -3 <<<"$wide" | tr '\n' ' ')"; fi
  record style "formatter and width" "$good" "$lines" $(($(now_ms) - began))
}

# Of the product; what tests have recorded is as long as it was. Patterns and match rules lose by being cut, and so do the reasons of suppressions.
too_wide() {
  # shellcheck disable=SC2086
  find src bench \( -name bin -o -name obj \) -prune -o -name '*.cs' -print |
    xargs awk 'length > 140 && !/\(\?[:<!=]/ && !/type=.signal/ && !/^#pragma/ { print FILENAME ":" FNR " (" length ")" }'
}
