# A browser for the journeys: the one of the machine, else Debian's when we may install it.
set -eu
has_browser() {
  for name in "${HANDBOOK_CHROMIUM:-}" chromium google-chrome; do
    [ -n "$name" ] && command -v "$name" >/dev/null && return 0
  done
  return 1
}
has_browser && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Đang cài trình duyệt chromium cho các bài kiểm tra …"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
    >/dev/null 2>&1 || true
fi
has_browser || {
  echo "!!! KHÔNG CÓ TRÌNH DUYỆT: các hành trình trong trình duyệt (marker journey) sẽ bị bỏ qua." >&2
  echo "!!! Cài gói chromium, hoặc đặt HANDBOOK_CHROMIUM=<chương trình>, rồi chạy lại make test." >&2
}
