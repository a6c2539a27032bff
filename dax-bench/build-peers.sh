#!/usr/bin/env bash
# Compiles libjdaxpeers.so, what the benchmarks are compared with, for this machine, into
# target/classes/META-INF/native/linux-ARCH/. Without a C compiler it says so and succeeds: those rows are then
# "not installed". CC names another compiler.
set -eu
cd "$(dirname "$0")"

arch=$(uname -m)
case $(uname -s)-$arch in
  Linux-x86_64 | Linux-aarch64) ;;
  *)
    echo "dax-bench: no C peers for $(uname -s) on $arch, they are left out"
    exit 0
    ;;
esac
library=target/classes/META-INF/native/linux-$arch/libjdaxpeers.so

if [ "$library" -nt src/main/c/peers.c ] && [ "$library" -nt build-peers.sh ]; then
  exit 0
fi
for candidate in ${CC:-} cc gcc clang; do
  if command -v "$candidate" >/dev/null 2>&1; then
    mkdir -p "$(dirname "$library")"
    "$candidate" -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -fvisibility=hidden -ffile-prefix-map="$PWD"=. -shared \
      -Wl,-z,relro,-z,now,-z,noexecstack,-soname,libjdaxpeers.so,--build-id=sha1 src/main/c/peers.c \
      -o "$library.new" -ldl
    mv "$library.new" "$library"
    echo "dax-bench: $library ($candidate)"
    exit 0
  fi
done
echo "dax-bench: no C compiler found, the C peers are left out of the benchmarks"
