#!/bin/sh
# The command `zhucun` with the settings of /etc/zhucun.env, as the user zhucun: files that it reads and writes must be
# open to that user.
set -a
. /etc/zhucun.env
exec runuser -u zhucun -- /opt/zhucun/current/.venv/bin/zhucun "$@"
