#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "filter.h"
#include "landlock.h"
#include "limits.h"

static _Noreturn void fail(int channel, const char *what) {
    char text[512];
    int length = snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
    if (length >= (int)sizeof text) length = sizeof text - 1;
    (void)!send(channel, text, (size_t)length, MSG_NOSIGNAL);
    _exit(125);
}

/// Signals as a program expects them, whatever the service ignored or blocked.
static void reset_signals(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void confine_and_execute(const struct options *o, int channel, pid_t supervisor) {
    char begin;
    if (recv(channel, &begin, 1, 0) != 1) _exit(125);
    reset_signals();
    if (setsid() < 0) fail(channel, "session");
    if (prctl(PR_SET_PDEATHSIG, SIGKILL)) fail(channel, "parent death signal");
    if (getppid() != supervisor) _exit(125);  // it died before the line above
    if (o->work && chdir(o->work)) fail(channel, o->work);
    if (access(o->program[0], X_OK)) fail(channel, o->program[0]);
    limits_offer_to_oom_killer();
    if (limits_close_descriptors_on_exec()) fail(channel, "descriptors");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail(channel, "no_new_privs");
    const char *failed;
    int abi = landlock_abi();
    if (abi && (failed = landlock_restrict(o, abi))) fail(channel, failed);
    if (limits_drop_capabilities()) fail(channel, "capabilities");
    if ((failed = limits_apply(o))) fail(channel, failed);

    struct filter_policy policy = {.processes = o->processes > 0, .local_sockets = o->sockets != NULL};
    if (filter_install(policy)) fail(channel, "system call filter");
    execve(o->program[0], o->program, o->environment);
    fail(channel, o->program[0]);
}
