#!/usr/bin/env bash
# Installs Zhucun from the unpacked bundle in which this script lies, without a network.
#
#   ./install.sh            a first installation, as root: the release, the user zhucun, settings, systemd units
#   ./install.sh --release  only the release, beside others under $ZHUCUN_PREFIX/releases (upgrade.sh does this)
#
# PYTHON=/path/to/python3.12 chooses the Python; DESTDIR=/some/folder puts what lies outside the prefix under a folder.
set -euo pipefail
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix=${ZHUCUN_PREFIX:-/opt/zhucun}
destination=${DESTDIR:-}
user=${ZHUCUN_USER-zhucun}

die() {
    echo "install.sh: $*" >&2
    exit 1
}

told() { sed -n "s/^$1=//p" "$here/VERSION"; }

# As the user that the server runs as, where there is one: a Python in the home of root would not do for it.
as_service() {
    if [[ $EUID -eq 0 && -n $user ]] && id -u "$user" >/dev/null 2>&1; then
        runuser -u "$user" -- "$@"
    else
        "$@"
    fi
}

find_python() {
    local known candidate answer found=""
    known=" $(told pythons) "
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3}; do
        answer=$(cd / && as_service "$candidate" -c \
            'import sys, venv; print("%d.%d" % sys.version_info[:2], sys.executable)' 2>/dev/null) || continue
        found=${answer%% *}
        if [[ $known == *" $found "* ]]; then
            echo "${answer#* }"
            return
        fi
    done
    die "this bundle is for Python $(told pythons), and this machine has ${found:-none of them}. Install one of them" \
        "from the system's own packages, or name it: PYTHON=/path/to/python3.12 $0"
}

install_release() {
    local release=$prefix/releases/$version python
    if [[ -e $release/.installed ]]; then
        echo "Release $version is installed already in $release."
        return
    fi
    (cd "$here" && sha256sum --check --quiet --strict SHA256SUMS) ||
        die "the bundle is not what it was when it was made; copy it here once more."
    [[ $(uname -m) == "$(told arch)" ]] || die "this bundle is for $(told arch), and this machine is $(uname -m)."
    python=$(find_python)
    # Without the mark at the end it was given up half-way. A virtual environment knows its own place, so
    # that it is made there and not moved.
    rm -rf "$release"
    mkdir -p "$release"
    cp -R "$here/." "$release"
    # Where it really lies, whatever link led here.
    cd "$release"
    release=$(pwd -P)
    "$python" -m venv --without-pip .venv
    # Nothing is asked of the machine's own set-up of pip, which may name places in a network.
    .venv/bin/python "$(echo wheels/pip-*.whl)/pip" --isolated install -q --no-cache-dir --no-index \
        --find-links wheels --disable-pip-version-check --root-user-action=ignore --require-hashes -r requirements.lock
    # The release's own code is used where it lies, beside its pages.
    echo "$release" >"$(echo .venv/lib/python3*/site-packages)/zhucun.pth"
    printf '#!%s\nimport sys\nfrom api.cli import cli\nsys.exit(cli())\n' "$release/.venv/bin/python" >.venv/bin/zhucun
    chmod 755 .venv/bin/zhucun
    # The service may write nothing here, so that what it would keep for a quicker start is made now.
    .venv/bin/python -m compileall -q api
    as_service .venv/bin/zhucun --help >/dev/null || die "the release does not start; see above."
    rm -rf wheels
    touch .installed
    cd - >/dev/null
    echo "Release $version is installed in $release."
}

make_user() {
    [[ -z $destination ]] || return 0
    [[ $EUID -eq 0 ]] || die "a first installation needs root; --release needs only a folder to write to."
    id -u zhucun >/dev/null 2>&1 || useradd --system --user-group --home-dir /var/lib/zhucun \
        --shell /usr/sbin/nologin zhucun
}

install_system() {
    local units=$destination/etc/systemd/system unit
    if [[ -z $destination ]]; then
        install -d -o zhucun -g zhucun -m 700 /var/lib/zhucun /var/lib/zhucun-backups
        install -d -m 755 /var/log/zhucun
    fi
    install -d "$units" "$destination/etc" "$destination/usr/local/sbin"
    for unit in "$prefix/current/deploy/systemd"/*; do
        # What somebody changed here stays; upgrade.sh tells about it.
        [[ -e $units/${unit##*/} ]] || sed "s#/opt/zhucun/#$prefix/#g" "$unit" >"$units/${unit##*/}"
    done
    if [[ ! -e $destination/etc/zhucun.env ]]; then
        install -m 600 "$prefix/current/deploy/zhucun.env.example" "$destination/etc/zhucun.env"
    fi
    sed "s#/opt/zhucun/#$prefix/#g" "$prefix/current/deploy/zhucun.sh" >"$destination/usr/local/sbin/zhucun"
    chmod 755 "$destination/usr/local/sbin/zhucun"
    if [[ -z $destination ]] && command -v systemctl >/dev/null; then
        systemctl daemon-reload
    fi
    cat <<TEXT
Next 下一步:
  1. /etc/zhucun.env              settings 填写设置
  2. zhucun migrate               makes the tables 建表
  3. systemctl enable --now zhucun.service zhucun-roll.timer zhucun-retention.timer zhucun-backup.timer
  4. $prefix/current/deploy/nginx.conf, logrotate.conf
$prefix/current/docs/deploy.zh.md, deploy.md
TEXT
}

version=$(told version)
[[ -n $version ]] || die "there is no VERSION beside this script; run it in the unpacked bundle."
case ${1:-} in
    --release) install_release ;;
    "")
        make_user
        install_release
        if [[ -e $prefix/current && $(readlink -f "$prefix/current") != "$(readlink -f "$prefix/releases/$version")" ]]; then
            die "another release is running here; $prefix/current/deploy/upgrade.sh goes over to this one."
        fi
        ln -sfn "releases/$version" "$prefix/current"
        install_system
        ;;
    *) die "unknown option $1 (see the head of this file)." ;;
esac
