#!/usr/bin/env bash
# Goes over to the release in an archive, or leaves everything as it was. As root, with the script of the release that
# is running:
#
#   /opt/zhucun/current/deploy/upgrade.sh zhucun-VERSION-ARCH.tar.gz
#   /opt/zhucun/current/deploy/upgrade.sh --back              back to the release before, where the tables are the same
#   /opt/zhucun/current/deploy/upgrade.sh --back --restore    and where they are not: its database too, from the backup
#
# The database is backed up once nobody writes any more, and the backup proved by restoring it. The new release has to
# answer on a port of its own before anybody is let in, so that a roll-back takes no record that a phone has sent. A
# database that a backup takes the place of is kept under another name, never dropped.
set -euo pipefail
umask 022

prefix=${ZHUCUN_PREFIX:-/opt/zhucun}
settings=${ZHUCUN_ENV:-/etc/zhucun.env}
backups=${ZHUCUN_BACKUPS:-/var/lib/zhucun-backups}
units=${ZHUCUN_UNITS:-/etc/systemd/system}
user=${ZHUCUN_USER-zhucun}
address=${ZHUCUN_ADDRESS:-127.0.0.1:8000}
patience=${ZHUCUN_PATIENCE:-120}
service=zhucun.service
helpers=(zhucun-roll zhucun-retention zhucun-backup)
record=$prefix/upgrade.state
stage=before
timers=() kept_units=() new_timers=()
old="" new="" backup="" incoming="" trial=""

say() { echo "upgrade.sh: $*"; }
die() {
    echo "upgrade.sh: $*" >&2
    exit 1
}

# A command of a release, with the settings, as the user whose files and database they are.
zhucun() {
    local release=$1
    shift
    local command=("$release/.venv/bin/zhucun" "$@")
    if [[ $EUID -eq 0 && -n $user ]]; then
        command=(runuser -u "$user" -- "${command[@]}")
    fi
    (set -a && . "$settings" && cd / && exec "${command[@]}") 9>&-
}

# systemctl; the lock is not for what it starts.
system() { systemctl "$@" 9>&-; }

turn_link() {
    ln -s "releases/${1##*/}" "$prefix/.current.$$"
    mv -T "$prefix/.current.$$" "$prefix/current"
}

# Answers 0 as soon as /readyz says 200 at an address; 1 when $patience seconds have passed, or the process is gone.
wait_ready() {
    local host
    host=$(set -a && . "$settings" && echo "${ZHUCUN_ORIGINS:-http://localhost:8000}")
    "$old/.venv/bin/python" -I - "$1" "$host" "$patience" "${2:-}" <<'PYTHON'
import http.client
import os
import sys
import time
from urllib.parse import urlsplit

address, origins, patience, process = sys.argv[1:]
end, told = time.monotonic() + float(patience), "no answer"
while time.monotonic() < end:
    try:
        connection = http.client.HTTPConnection(address, timeout=10)
        connection.request("GET", "/readyz", headers={"Host": urlsplit(origins.split(",")[0].strip()).hostname})
        answer = connection.getresponse()
        told = f"{answer.status} {answer.read().decode(errors='replace').strip()}"
        connection.close()
        if answer.status == 200:
            sys.exit(0)
    except (OSError, http.client.HTTPException) as error:
        told = str(error)
    if process and not os.path.exists(f"/proc/{process}"):
        told = "the server ended by itself"
        break
    time.sleep(0.2)
sys.exit(f"upgrade.sh: not ready: {told}")
PYTHON
}

stop_everything() {
    local name
    timers=()
    for name in "${helpers[@]}"; do
        if system is-active --quiet "$name.timer"; then
            timers+=("$name.timer")
        fi
    done
    # A task that is at work is let finish: stopping it half-way would say that it failed.
    [[ ${#timers[@]} -eq 0 ]] || system stop "${timers[@]}"
    for name in "${helpers[@]}"; do
        while [[ $(system show --property=ActiveState "$name.service") == ActiveState=activating ]]; do
            sleep 1
        done
    done
    system stop "$service"
}

start_everything() {
    # A server that failed too often would not be started again so soon.
    system reset-failed "$service" || true
    system start "$service"
    wait_ready "$address" || return 1
    [[ ${#timers[@]} -eq 0 ]] || system start "${timers[@]}"
}

# Units go along with their release, but for those that somebody changed on this machine.
place_units() {
    local from=$1 to=$2 unit name
    kept_units=() new_timers=()
    for unit in "$to/deploy/systemd"/*; do
        name=${unit##*/}
        [[ -e $units/$name || $name != *.timer ]] || new_timers+=("$name")
        if [[ ! -e $units/$name ]] || cmp -s <(as_placed "$from/deploy/systemd/$name") "$units/$name"; then
            as_placed "$unit" >"$units/.$name.$$"
            mv "$units/.$name.$$" "$units/$name"
        elif ! cmp -s <(as_placed "$unit") "$units/$name"; then
            kept_units+=("$name")
        fi
    done
    system daemon-reload
}

as_placed() { [[ ! -e $1 ]] || sed "s#/opt/zhucun/#$prefix/#g" "$1"; }

# Start the new release where only this machine asks, and see it answer.
try_out() {
    local port status=0
    port=$("$old/.venv/bin/python" -I -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
    (unset PROMETHEUS_MULTIPROC_DIR; zhucun "$new" serve --bind "127.0.0.1:$port" >"$prefix/upgrade.log" 2>&1) 9>&- &
    trial=$!
    wait_ready "127.0.0.1:$port" "$trial" || status=1
    end_trial
    [[ $status -eq 0 ]] || tail -n 20 "$prefix/upgrade.log" >&2
    return "$status"
}

end_trial() {
    [[ -n $trial ]] || return 0
    # The server may lie below a shell and runuser; all of them are children of this one.
    kill_tree "$trial"
    wait "$trial" 2>/dev/null || true
    trial=""
}

kill_tree() {
    local child
    for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
        kill_tree "$child"
    done
    kill "$1" 2>/dev/null || true
}

write_record() {
    printf 'stage=%s\nold=%s\nnew=%s\nbackup=%s\n' "$1" "$old" "$new" "$backup" >"$record.draft"
    sync "$record.draft"
    mv "$record.draft" "$record"
}

recorded() { sed -n "s/^$1=//p" "$record" 2>/dev/null; }

# Put the backup into the place of the database, which is kept.
restore_database() {
    zhucun "$old" set-aside && { zhucun "$old" restore "$backup" || [[ $? -eq 3 ]]; }
}

# Whatever happened, back to the old release; runs when the script ends before its work is done.
undo() {
    local status=$?
    trap - EXIT
    trap '' INT TERM
    set +e
    end_trial
    rm -rf "$incoming"
    case $stage in
        before) exit "$status" ;;
        done) exit "$status" ;;
    esac
    say "this did not work; going back to ${old##*/}." >&2
    # However short a time the new one was given.
    patience=$((patience > 120 ? patience : 120))
    system stop "$service"
    local whole=""
    case $stage in
        migrating) zhucun "$old" compare "$backup" >/dev/null 2>&1 || whole=no ;;
        switched) zhucun "$old" compare --schema "$backup" >/dev/null 2>&1 || whole=no ;;
    esac
    if [[ -n $whole ]]; then
        if ! restore_database; then
            say "THE DATABASE COULD NOT BE RESTORED. The server stays stopped. The backup of before is $backup, proved" \
                "by restoring it; nothing was dropped. See docs/deploy.md, Restore." >&2
            exit 2
        fi
    fi
    turn_link "$old"
    place_units "$new" "$old"
    if start_everything; then
        write_record undone
        say "${old##*/} is running again, as before; nothing was lost. The backup is $backup." >&2
        exit 1
    fi
    say "${old##*/} does not become ready either; look into journalctl -u $service. The backup is $backup." >&2
    exit 2
}

unpack() {
    local archive=$1 folder
    [[ -f $archive ]] || die "there is no file $archive."
    if [[ -f $archive.sha256 ]]; then
        (cd "$(dirname "$archive")" && sha256sum --check --quiet "$(basename "$archive").sha256") ||
            die "$archive is not what it was when it was made; copy it here once more."
    fi
    incoming=$(mktemp -d "$prefix/releases/.incoming-XXXXXX")
    tar -xzf "$archive" -C "$incoming" --no-same-owner || die "$archive cannot be unpacked."
    folder=$(echo "$incoming"/*)
    [[ -f $folder/VERSION && -f $folder/install.sh ]] || die "$archive is no bundle of Zhucun."
    new=$prefix/releases/$(sed -n 's/^version=//p' "$folder/VERSION")
    [[ $new != "$old" ]] || die "${new##*/} is the release that is running already."
    ZHUCUN_PREFIX=$prefix "$folder/install.sh" --release
    rm -rf "$incoming"
}

upgrade() {
    [[ $(recorded stage) != running || $(recorded old) != "$old" ]] ||
        die "an upgrade to $(recorded new) was cut off; go back first: $0 --back. Its backup is $(recorded backup)."
    unpack "$1"
    say "${old##*/} -> ${new##*/}"
    backup=$backups/before-${new##*/}-$(date +%Y%m%d-%H%M%S).tar
    stage=stopped
    stop_everything
    zhucun "$old" backup "$backup"
    # Status 3: all came back, with chains of the audit log that were broken before; that is no reason to stay.
    zhucun "$old" backup --check "$backup" || [[ $? -eq 3 ]]
    write_record running
    stage=migrating
    zhucun "$new" migrate
    stage=switched
    try_out
    turn_link "$new"
    place_units "$old" "$new"
    start_everything
    stage=done
    write_record done
    say "${new##*/} is running. Backup of before: $backup. Back again: $prefix/current/deploy/upgrade.sh --back"
    [[ ${#new_timers[@]} -eq 0 ]] || say "new: systemctl enable --now ${new_timers[*]}"
    for unit in "${kept_units[@]}"; do
        say "$units/$unit was changed on this machine and stays; compare it with $prefix/current/deploy/systemd/$unit."
    done
}

go_back() {
    local restore=${1:-} was current=$old
    [[ -z $restore || $restore == --restore ]] || die "unknown option $restore."
    was=$(recorded stage)
    [[ $was == running || $was == "done" ]] || die "there is no upgrade to go back from."
    old=$(recorded old) new=$(recorded new) backup=$(recorded backup)
    [[ -e $old/.installed ]] || die "$old is not there any more."
    [[ -e $backup ]] || die "the backup $backup is not there any more: backups are kept for 30 days."
    stop_everything
    if ! zhucun "$old" compare --schema "$backup" >/dev/null; then
        # An upgrade that was cut off before its link was turned had let nobody in: the backup has every record.
        if [[ -z $restore && ! ($was == running && $current == "$old") ]]; then
            start_everything
            die "${old##*/} does not know the tables of ${new##*/}. With --restore its database comes back from" \
                "$backup; what was recorded since is then only in the database that is set aside."
        fi
        restore_database || die "the database could not be restored from $backup; nothing was dropped."
    fi
    turn_link "$old"
    place_units "$new" "$old"
    write_record undone
    start_everything || die "${old##*/} does not become ready; look into journalctl -u $service."
    say "${old##*/} is running again."
}

main() {
    [[ -e $prefix/current ]] || die "there is no $prefix/current; a first installation is made by install.sh."
    [[ -r $settings ]] || die "$settings cannot be read."
    old=$(readlink -f "$prefix/current")
    exec 9>"$prefix/.upgrade.lock"
    flock -n 9 || die "another upgrade is at work."
    case ${1:-} in
        --back)
            shift
            go_back "$@"
            ;;
        "" | -*) die "say which archive to go over to, or --back (see the head of this file)." ;;
        *)
            trap undo EXIT
            trap 'exit 130' INT TERM
            upgrade "$1"
            ;;
    esac
}

main "$@"
