# ./build.sh clean
run_clean() {
  find src tests bench -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
  rm -rf module/bin en-US artifacts
  say "clean"
}
