# Shared by the scripts: one line a step, and installing what is missing.
# shellcheck shell=bash

say() { printf '\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '%s\n' "$*"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    echo "error: installing packages needs root or sudo. Install these yourself, then run this again: $*" >&2
    return 1
  fi
}

# install PACKAGE… : those that dpkg does not have yet, and nothing when all are there.
install() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "Installing ${missing[*]}"
  as_root apt-get update -qq
  # A server that a package brings must not start by itself: tests start their own.
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod +x $policy
    made=yes
  fi
  local status=0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || status=$?
  [ -n "$made" ] && as_root rm -f $policy
  return $status
}

need_swift() {
  command -v swift >/dev/null && return 0
  echo "error: swift is not on the PATH. Install Swift 6.2 or later from swift.org, then run this again." >&2
  return 1
}

# What every build links against.
libraries=(libsqlite3-dev libpq-dev libcurl4-openssl-dev libssl-dev libgmime-3.0-dev libphonenumber-dev zlib1g-dev pkg-config)
