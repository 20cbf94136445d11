#!/usr/bin/env bash
# The trial of the README's promise: an empty Debian 12, a clone of this checkout, ./bootstrap run and
# ./bootstrap test, and how long each took.  Needs root, debootstrap and git; uses this machine's own
# mirror, apt settings and proxy.  By hand or nightly:
#
#   tests/fresh-debian.sh DIRECTORY [COMMAND...]     COMMAND: what to give to bootstrap (default: run test)
#
# DIRECTORY becomes the new system's root, must be empty or absent, and is left behind for a look.
# Only what is committed is tried.
set -eu
export LC_ALL=C.UTF-8

die() {
    printf 'fresh-debian: %s\n' "$*" >&2
    exit 1
}

[ $# -ge 1 ] || die "usage: tests/fresh-debian.sh DIRECTORY [COMMAND...]"
[ "$(id -u)" -eq 0 ] || die "must be root, to change root"
for tool in debootstrap git apt-get; do
    command -v "$tool" >/dev/null || die "needs $tool"
done
source=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
root=$(readlink -m "$1")
shift
[ $# -gt 0 ] || set -- run test
[ -z "$(ls -A "$root" 2>/dev/null)" ] || die "$root is not empty"

# Where this machine gets Debian, or its security updates, from.
mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' "Label: $1" | sed -n 1p
}
main=$(mirror Debian) security=$(mirror Debian-Security)
[ -n "$main" ] || die "apt knows no Debian mirror; apt-get update first"

inside() {
    local name proxy=()
    for name in http_proxy https_proxy no_proxy; do
        [ -z "${!name:-}" ] || proxy+=("$name=${!name}")
    done
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "${proxy[@]}" \
        chroot "$root" "$@"
}

unmount() {
    local place
    for place in dev/shm proc; do
        ! mountpoint -q "$root/$place" || umount -l "$root/$place"
    done
}

debootstrap --variant=minbase bookworm "$root" "$main" >&2
{
    printf 'deb %s bookworm main\ndeb %s bookworm-updates main\n' "$main" "$main"
    [ -z "$security" ] || printf 'deb %s bookworm-security main\n' "$security"
} >"$root/etc/apt/sources.list"
apt-config dump | grep -iE '^Acquire::(https?::|Check-|Retries|ForceIPv)' >"$root/etc/apt/apt.conf.d/90host" || true
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
git clone --quiet --no-hardlinks "$source" "$root/root/equipoise"

trap unmount EXIT
mount -t proc proc "$root/proc"
mkdir -p "$root/dev/shm"
mount -t tmpfs tmpfs "$root/dev/shm"

status=0
for command in "$@"; do
    started=$SECONDS
    inside /root/equipoise/bootstrap "$command" || status=$?
    printf 'fresh-debian: ./bootstrap %s: status %d, %d s\n' "$command" "$status" $((SECONDS - started))
    [ $status -eq 0 ] || break
done
exit $status
