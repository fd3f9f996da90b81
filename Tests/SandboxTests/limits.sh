#!/bin/sh
# Every limit of quinion-sandbox, one case a line, on this machine or in a container: limits.sh LAUNCHER PROBE FOLDER
# A case: what is expected in the launcher's last status line (or in the program's output), options, --, probe's arguments.
set -u
launcher=$1 probe=$2 folder=$3
work=$folder/work outside=$folder/outside
mkdir -p "$work" "$outside"
echo secret > "$outside/secret"
failed=0 count=0

# case NAME EXPECTED_STATUS EXPECTED_OUTPUT OPTION... -- ARGUMENT...
case_() {
    name=$1 status=$2 output=$3
    shift 3
    options=
    while [ "$1" != -- ]; do options="$options $1"; shift; done
    shift
    # shellcheck disable=SC2086
    "$launcher" --status-fd 3 --wall 20 --work "$work" --read "$probe" $options -- "$probe" "$@" \
        3> "$folder/status" > "$folder/output" 2>&1 < /dev/null
    count=$((count + 1))
    first=$(head -n 1 "$folder/output")
    if tail -n 1 "$folder/status" | grep -qE "^ended $status " && echo "$first" | grep -qE "^$output\$"; then
        echo "ok $count - $name"
    else
        failed=$((failed + 1))
        echo "not ok $count - $name"
        echo "# expected \"$status\" and \"$output\", got:"
        sed 's/^/#   /' "$folder/status"
        head -n 5 "$folder/output" | sed 's/^/#   /'
    fi
}
landlock=$("$launcher" --report-support | sed 's/.*"landlock_abi":\([0-9]*\).*/\1/')

case_ "the exit code passes on" "exit 7" "" -- exit 7
case_ "a crash is named by its signal" "signal 11" "" -- crash
case_ "memory within the limit" "exit 0" done --memory 200000000 -- allocate 100000000
case_ "memory beyond the limit" "memory 9" ".*" --memory 100000000 -- allocate 300000000
case_ "address space beyond the limit" "exit 1" ENOMEM --address-space 100000000 -- allocate 300000000
case_ "processor time" "cpu 9" "" --cpu 0.5 -- spin
case_ "wall time" "wall 9" asleep --wall 0.5 -- sleep
case_ "wall time, every signal ignored" "wall 9" asleep --wall 0.5 -- ignore-signals
case_ "no process is allowed" "exit 1" EPERM -- fork
case_ "one process is allowed" "exit 0" done --processes 1 -- fork
case_ "many processes one after another" "exit 0" done --processes 1 -- forks 500
case_ "fork bomb" "processes 9" ".*" --processes 5 -- fork-bomb
case_ "fork chain that leaves its sessions and parents" "(wall|processes) 9" "" --wall 1 --processes 4 -- fork-chain
if grep -qs fork-chain /proc/[0-9]*/cmdline; then echo "not ok - the chain goes on"; failed=$((failed + 1)); fi
case_ "threads within the limit" "exit 0" done --tasks 50 -- threads 40
case_ "threads beyond the limit" "tasks 9" ".*" --tasks 50 -- threads 100
case_ "file within the limit" "exit 0" done --file-size 1000000 -- write "$work/small" 500000
case_ "file beyond the limit" "signal 25" "" --file-size 1000000 -- write "$work/large" 2000000
case_ "no internet socket" "exit 1" EPERM -- socket-inet
case_ "no netlink socket" "exit 1" EPERM -- socket-netlink
case_ "no local socket" "exit 1" EPERM -- socket-unix
case_ "no local datagram socket where listening is allowed" "exit 1" EPERM --sockets "$folder" -- socket-unix-datagram
case_ "listening is allowed, connecting never" "exit 0" done --sockets "$folder" -- listen "$folder/listening"
case_ "forbidden calls" "exit 1" refused -- forbidden
case_ "forbidden calls with processes" "exit 1" refused --processes 4 -- forbidden
case_ "the other architecture's calls" "signal 31" "" -- architecture
case_ "no signal to the outside" "exit 1" EPERM -- signal 1
case_ "no signal to the outside with processes" "exit 1" EPERM --processes 2 -- signal 1
case_ "no inherited descriptor" "exit 0" done -- descriptors
case_ "an empty environment" "exit 0" "" -- environment
case_ "a named variable" "exit 0" A=b --env A=b -- environment
if [ "$landlock" -gt 0 ]; then
    case_ "reading outside" "exit 1" EACCES -- read "$outside/secret"
    case_ "reading a folder outside" "exit 1" EACCES -- read /
    case_ "reading the parent's environment" "exit 1" EACCES -- read "/proc/$$/environ"
    case_ "reading a named file" "exit 0" done --read "$outside/secret" -- read "$outside/secret"
    case_ "writing outside" "exit 1" EACCES -- write "$outside/written"
    case_ "writing a named file" "exit 1" EACCES --read "$outside/secret" -- write "$outside/secret"
    cp "$probe" "$work/copy" && chmod 755 "$work/copy"
    case_ "executing what lies in the work folder" "exit 1" EACCES -- exec "$work/copy"
else
    echo "# no Landlock here: files are not tested"
fi
[ -e "$folder/listening" ] && { echo "not ok - a dead socket is left"; failed=$((failed + 1)); }

# What the program leaves behind ends with it.
"$launcher" --processes 4 -- "$probe" leave > "$folder/left"
for process in $(cat "$folder/left"); do
    [ -d "/proc/$process" ] && { echo "not ok - process $process outlived its program"; failed=$((failed + 1)); }
done
count=$((count + 1))
echo "ok $count - children left behind have ended"

# So it does when its parent is killed: a shell that waits for the launcher.
for signal in parent launcher; do
    rm -f "$folder/status"
    sh -c '"$@" 3> "$0" & wait' "$folder/status" "$launcher" --status-fd 3 --processes 4 -- "$probe" ignore-signals > /dev/null &
    shell=$!
    tries=0
    while ! grep -q started "$folder/status" 2> /dev/null && [ $tries -lt 100 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    program=$(sed -n 's/started //p' "$folder/status")
    [ -n "$program" ] || { echo "not ok - not started"; exit 1; }
    if [ $signal = launcher ]; then
        parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$program/status")
        kill -9 "$parent"
    else
        kill -9 $shell
    fi
    tries=0
    while [ -d "/proc/$program" ] && [ $tries -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
    count=$((count + 1))
    if [ -d "/proc/$program" ]; then
        echo "not ok $count - the program outlived its killed $signal"
        failed=$((failed + 1))
    else
        echo "ok $count - the program ends with its killed $signal"
    fi
    wait $shell 2> /dev/null
done
echo "1..$count"
[ "$failed" -eq 0 ]
