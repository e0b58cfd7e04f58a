#!/bin/sh
# Makes the secrets of docker-compose.yml that are still missing. The folder is closed to others; the files in it are
# readable, for each container reads them as an account of its own.
set -eu
cd "$(dirname "$0")/secrets"
chmod 700 .
umask 022
random() { head -c 36 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }
keep() { [ -s "$1" ] || printf '%s\n' "$2" >"$1"; }

keep secret-key "$(random)$(random)"
keep postgres-password "$(random)"
keep database-url "postgresql://handbook:$(cat postgres-password)@postgres:5432/handbook"
if [ ! -s valkey.conf ] || [ ! -s redis-url ]; then
  password=$(random)
  printf 'requirepass %s\n' "$password" >valkey.conf
  printf 'redis://:%s@valkey:6379/0\n' "$password" >redis-url
fi
echo "Đã có các tệp bí mật trong docker/secrets. Còn cần chứng chỉ: fullchain.pem và privkey.pem."
