#!/usr/bin/env bash
# Compiles libjdax.so for every architecture that there is a compiler for, into
# target/classes/META-INF/native/PLATFORM/.
#
#   build.sh build    compile what is out of date
#   build.sh test     run the C tests on the host's own library
#   build.sh emulate  … and on the other architecture's, through qemu-user
#   build.sh bench    figures, beside libpmem if that is installed
#
# Without a C compiler it says so and succeeds, because Java works without the library as well. With
# JDAX_STUBS_REQUIRED=true it fails instead. CC and CC_CROSS name other compilers.
set -eu
cd "$(dirname "$0")"

host=$(uname -m)
case $host in
  amd64) host=x86_64 ;;
  arm64) host=aarch64 ;;
esac
out=target/classes/META-INF/native
tests=target/c-tests

absent() {
  echo "native-stubs: $1"
  if [ "${JDAX_STUBS_REQUIRED:-false}" = true ]; then
    exit 1
  fi
  exit 0
}

# The compiler for an architecture, or nothing.
compiler_of() {
  local candidate candidates
  if [ "$1" = "$host" ]; then
    candidates="${CC:-} cc gcc clang"
  else
    candidates="${CC_CROSS:-} $1-linux-gnu-gcc"
  fi
  for candidate in $candidates; do
    if command -v "$candidate" >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
}

up_to_date() {
  [ -f "$1" ] && [ -z "$(find "${@:2}" -newer "$1" -print -quit)" ]
}

# Neither place nor time goes into the library, so that the same compiler makes the same bytes.
flags=(-std=gnu11 -O2 -Wall -Wextra -Werror -Wconversion -Wshadow -pthread)
link_flags=(-shared -Wl,-z,relro,-z,now,-z,noexecstack,-soname,libjdax.so,--build-id=sha1)
# The signal handler must outlive every dlclose, and with it its code.
link_flags+=(-Wl,-z,nodelete,--version-script=src/main/c/libjdax.map)

build() {
  local arch=$1 cc=$2 library=$out/linux-$1/libjdax.so
  if up_to_date "$library" src/main/c build.sh; then
    return
  fi
  mkdir -p "$(dirname "$library")"
  local c=src/main/c
  "$cc" "${flags[@]}" -fPIC -fvisibility=hidden -ffile-prefix-map="$PWD"=. "${link_flags[@]}" \
    "$c/guard.c" "$c/select.c" "$c/cpu_$arch.c" "$c/flush_$arch.c" "$c/copy_$arch.c" \
    "$c/cas_$arch.c" -o "$library.new"
  # Processes that have the old one mapped keep it. Written in place, it would change under them.
  mv "$library.new" "$library"
  echo "native-stubs: $library ($cc)"
}

build_all() {
  local arch cc built=
  case $(uname -s)-$host in
    Linux-x86_64 | Linux-aarch64) ;;
    *) absent "no stubs for $(uname -s) on $host, they are left out" ;;
  esac
  for arch in x86_64 aarch64; do
    cc=$(compiler_of "$arch")
    if [ -n "$cc" ]; then
      build "$arch" "$cc"
      [ "$arch" != "$host" ] || built=yes
    elif [ "$arch" != "$host" ]; then
      echo "native-stubs: no $arch-linux-gnu-gcc, so none for linux-$arch"
    fi
  done
  if [ -z "$built" ]; then
    absent "no C compiler found, stubs are left out (Java works without them)"
  fi
}

# compile_test ARCH NAME: leaves target/c-tests/ARCH/NAME.
compile_test() {
  local program=$tests/$1/$2
  if ! up_to_date "$program" "src/test/c/$2.c" src/main/c/jdax.h "$out/linux-$1/libjdax.so"; then
    mkdir -p "$(dirname "$program")"
    "$(compiler_of "$1")" -std=gnu11 -O2 -Wall -Wextra -Werror -pthread "src/test/c/$2.c" \
      "$out/linux-$1/libjdax.so" -ldl -o "$program"
  fi
}

run_on_host() {
  if [ ! -f "$out/linux-$host/libjdax.so" ] || [ -z "$(compiler_of "$host")" ]; then
    absent "no stubs were built, nothing to test"
  fi
  compile_test "$host" "$1"
  LD_LIBRARY_PATH=$out/linux-$host "$tests/$host/$1" "${@:2}"
}

emulate() {
  local arch=aarch64 cpu=cortex-a72
  [ "$host" = x86_64 ] || { arch=x86_64 cpu=max; }
  command -v "qemu-$arch" >/dev/null || { echo "native-stubs: no qemu-$arch"; exit 1; }
  compile_test "$arch" stubs_test
  # A CPU without DC CVAP, which qemu before 8.1 announces to user programs and then refuses to run.
  "qemu-$arch" -cpu "$cpu" -L "/usr/$arch-linux-gnu" -E LD_LIBRARY_PATH="$out/linux-$arch" \
    "$tests/$arch/stubs_test"
}

case ${1:-build} in
  build) build_all ;;
  test) run_on_host stubs_test ;;
  emulate) build_all && emulate ;;
  bench) build_all && run_on_host stubs_bench "${@:2}" ;;
  *) echo "usage: $0 [build|test|emulate|bench]" >&2; exit 2 ;;
esac
