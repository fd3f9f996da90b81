#!/bin/sh
# limits.sh in a container as the services run in: container.sh LAUNCHER PROBE
set -eu
launcher=$(realpath "$1") probe=$(realpath "$2") here=$(dirname "$(realpath "$0")")
for user in 10001 0; do
    echo "# user $user"
    docker run --rm --read-only --cap-drop ALL --security-opt no-new-privileges --user "$user" --network none \
        --pids-limit 256 --tmpfs /tmp:rw,nosuid,mode=1777,size=64m \
        -v "$launcher:/opt/quinion/quinion-sandbox:ro" -v "$probe:/opt/quinion/sandbox-probe:ro" \
        -v "$here/limits.sh:/opt/quinion/limits.sh:ro" debian:bookworm-slim \
        sh /opt/quinion/limits.sh /opt/quinion/quinion-sandbox /opt/quinion/sandbox-probe /tmp
done
