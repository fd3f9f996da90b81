#define _GNU_SOURCE
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "census.h"
#include "filter.h"
#include "landlock.h"
#include "tracing.h"

/// Runs a trial in a child, because asking is not enough: a container's own filter can refuse the call. 0, or errno.
static int try_filter(void) {
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) {
        struct filter_policy policy = {0};
        _exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || filter_install(policy) ? errno : 0);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EFAULT;
}

static int try_tracing(void) {
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0)
        for (;;) pause();
    int error = tracing_begin(child) ? 0 : errno;
    kill(child, SIGKILL);
    while (waitpid(child, NULL, __WALL) < 0 && errno == EINTR) {}
    return error;
}

static void print_missing(bool *first, bool missing, const char *text) {
    if (!missing) return;
    printf("%s\"%s\"", *first ? "" : ",", text);
    *first = false;
}

int support_report(void) {
    struct utsname system;
    uname(&system);
    int abi = landlock_abi();
    int landlock_error = abi ? 0 : errno;
    int filter = try_filter(), tracing = try_tracing();
    bool census = census_is_possible();
    printf("{\"kernel\":\"%s\",\"user\":%u,\"landlock_abi\":%d,\"seccomp_filter\":%s,\"ptrace\":%s,"
           "\"proc_children\":%s,\"missing\":[",
           system.release, getuid(), abi, filter ? "false" : "true", tracing ? "false" : "true", census ? "true" : "false");
    char text[200];
    bool first = true;
    snprintf(text, sizeof text, "Landlock (%s): files are not hidden from the sandbox", strerror(landlock_error));
    print_missing(&first, !abi, text);
    print_missing(&first, abi && abi < 3, "Landlock ABI 3: files outside the work folder can be truncated");
    print_missing(&first, abi && abi < 6, "Landlock ABI 6: signals to other processes are held by the system call filter alone");
    snprintf(text, sizeof text, "seccomp filter (%s): nothing can be run in the sandbox", strerror(filter));
    print_missing(&first, filter, text);
    snprintf(text, sizeof text, "ptrace (%s): threads are not counted, programs of several processes cannot be run",
        strerror(tracing));
    print_missing(&first, tracing, text);
    print_missing(&first, !census, "/proc/PID/task/TID/children: memory is held by the address space limit alone");
    puts("]}");
    return 0;
}
