# venv.sh LOCK STAMP: .venv with the packages of LOCK. STAMP is a copy of the lock that was installed last.
set -eu
lock=$1 stamp=$2 python=${PYTHON:-python3}

if ! .venv/bin/python -c '' 2>/dev/null; then
  command -v "$python" >/dev/null || { echo "Máy này chưa có Python: đồng chí hãy cài Python từ bản 3.11." >&2; exit 1; }
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Cần Python từ bản 3.11, máy này có $("$python" --version 2>&1). Có thể chỉ rõ: make run PYTHON=python3.12" >&2
    exit 1
  }
  "$python" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "Python của máy thiếu phần tạo môi trường: đồng chí hãy cài gói python3-venv (apt install python3-venv) rồi chạy lại." >&2
    exit 1
  }
  rm -rf .venv
  "$python" -m venv .venv
fi

cmp -s "$lock" "$stamp" && exit 0
echo "Đang cài các gói phần mềm trong $lock (lần đầu mất khoảng một phút) …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$lock" || {
  echo "Không cài được các gói phần mềm: đồng chí kiểm tra mạng rồi chạy lại." >&2
  exit 1
}
cp "$lock" "$stamp"
