#define _GNU_SOURCE
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "census.h"
#include "confine.h"
#include "sockets.h"
#include "tracing.h"

enum { sample_ms = 50, could_not_start = 125 };

struct supervisor {
    const struct options *options;
    pid_t program;
    int signals;
    int64_t started;                        // ms
    unsigned processes_bound, tasks_bound;  // at most so many exist, the program among them
    uint64_t peak;                          // bytes
};

static int64_t now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void tell(const struct options *o, const char *text) {
    if (o->status >= 0) (void)!write(o->status, text, strlen(text));
}

static int refuse(const struct options *o, const char *why) {
    char text[640];
    fprintf(stderr, "quinion-sandbox: %s\n", why);
    snprintf(text, sizeof text, "failed %s\n", why);
    tell(o, text);
    return could_not_start;
}

// MARK: Start

/// The program's pipes must end when the program ends, so that the supervisor may not hold them.
static void let_go_of_standard_streams(void) {
    int null = open("/dev/null", O_RDWR);
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (null < 0) close(descriptor);
        else dup2(null, descriptor);
    if (null > 2) close(null);
}

static bool prepare(struct supervisor *s) {
    sigset_t watched;
    sigemptyset(&watched);
    for (const int *number = (const int[]){SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, 0}; *number; number++) {
        sigaddset(&watched, *number);
        signal(*number, SIG_DFL);  // an ignored signal would not be queued
    }
    sigprocmask(SIG_SETMASK, &watched, NULL);
    signal(SIGPIPE, SIG_IGN);
    setsid();  // fails where we lead a group already, which serves as well
    s->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    // Orphans below become our children, so that nothing can leave the tree we count and end.
    return s->signals >= 0 && !prctl(PR_SET_CHILD_SUBREAPER, 1) && !prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/// Starts the program. NULL, or why it could not be started.
static const char *start(struct supervisor *s) {
    static char failure[600];
    const struct options *o = s->options;
    int channel[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel)) return strerror(errno);
    pid_t supervisor = getpid();
    s->started = now_ms();
    s->program = fork();
    if (s->program < 0) return strerror(errno);
    if (s->program == 0) {
        close(channel[0]);
        confine_and_execute(o, channel[1], supervisor);
    }
    close(channel[1]);
    if (!tracing_begin(s->program) && o->processes > 0) {
        snprintf(failure, sizeof failure, "ptrace, without which processes cannot be counted: %s", strerror(errno));
        kill(s->program, SIGKILL);
    } else {
        (void)!send(channel[0], "", 1, MSG_NOSIGNAL);
        ssize_t length;
        while ((length = recv(channel[0], failure, sizeof failure - 1, 0)) < 0 && errno == EINTR) {}
        failure[length > 0 ? length : 0] = 0;
    }
    close(channel[0]);
    return *failure ? failure : NULL;
}

// MARK: Course

/// Why the supervisor ends the program now; NULL: it does not.
static const char *exceeded(struct supervisor *s) {
    const struct options *o = s->options;
    if (o->wall > 0 && (double)(now_ms() - s->started) >= o->wall * 1000) return "wall";
    struct census census = census_take(getpid(), 0);
    if (census.resident > s->peak) s->peak = census.resident;
    if (o->memory && census.resident > o->memory) return "memory";
    struct rusage gone;
    getrusage(RUSAGE_CHILDREN, &gone);
    double cpu = (double)census.cpu_ms / 1000 + (double)(gone.ru_utime.tv_sec + gone.ru_stime.tv_sec)
        + (double)(gone.ru_utime.tv_usec + gone.ru_stime.tv_usec) / 1e6;
    return o->cpu > 0 && cpu >= o->cpu ? "cpu" : NULL;
}

/// Whether there are too many processes or threads after one more. The bounds only rise between two counts, so that a
/// program far from its limits is never counted.
static const char *crowded(struct supervisor *s) {
    const struct options *o = s->options;
    s->tasks_bound++;
    s->processes_bound++;  // or a thread: the count tells
    if (s->tasks_bound <= o->tasks && s->processes_bound <= o->processes + 1) return NULL;
    struct census census = census_take(getpid(), 0);
    s->tasks_bound = census.tasks;
    s->processes_bound = census.processes;
    if (s->processes_bound > o->processes + 1) return "processes";
    return s->tasks_bound > o->tasks ? "tasks" : NULL;
}

/// Whether a process below may signal `target`, in the form kill takes.
static bool may_signal(pid_t target) {
    if (target == 0) return true;    // the sender's own group, which is in a session below us
    if (target == -1) return false;  // everybody
    return census_is_below(target < 0 ? -target : target, getpid());
}

/// Hears what happened below. true when the program itself has ended, with its wait status; `why` when it must end.
static bool hear(struct supervisor *s, int *program_status, const char **why) {
    bool ended = false;
    int status;
    pid_t task;
    while (!*why && (task = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
        switch (tracing_understand(task, status)) {
        case tracing_ended:
            if (task == s->program) {
                ended = true;
                *program_status = status;
            }
            break;
        case tracing_started:
            if (!(*why = crowded(s))) tracing_continue(task);
            break;
        case tracing_signals:
            if (may_signal(tracing_signal_target(task))) tracing_continue(task);
            else tracing_refuse(task);
            break;
        case tracing_other: break;
        }
    return ended;
}

/// Until the program ends or exceeds a limit or we are told to stop. Returns why we end it, NULL when it ended itself.
static const char *watch(struct supervisor *s, int *status) {
    const struct options *o = s->options;
    bool sampled = o->memory || o->cpu > 0 || o->wall > 0;
    int64_t next = s->started;
    const char *why = NULL;
    for (;;) {
        if (hear(s, status, &why)) return NULL;
        if (!why && sampled && now_ms() >= next) {
            why = exceeded(s);
            next = now_ms() + sample_ms;
        }
        if (why) return why;
        struct pollfd source = {.fd = s->signals, .events = POLLIN};
        int64_t wait = next - now_ms();
        poll(&source, 1, sampled ? (wait > 0 ? (int)wait : 0) : -1);
        struct signalfd_siginfo info;
        while (read(s->signals, &info, sizeof info) == sizeof info)
            if (info.ssi_signo != SIGCHLD) return "terminated";
    }
}

// MARK: End

static void end_all(void) {
    // A task that starts another one waits for us, and so does the other one: none can run ahead of the signal.
    do census_take(getpid(), SIGKILL);
    while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR);
}

static int report_end(struct supervisor *s, const char *why, int status) {
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    uint64_t cpu_ms = (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000
        + (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
    uint64_t peak = (uint64_t)used.ru_maxrss * 1024;
    if (peak < s->peak) peak = s->peak;
    int code = 128 + SIGKILL, value = SIGKILL;
    if (!why && WIFEXITED(status)) {
        why = "exit";
        code = value = WEXITSTATUS(status);
    } else if (!why) {
        value = WTERMSIG(status);
        code = 128 + value;
        why = value == SIGXCPU ? "cpu" : "signal";
    }
    char text[160];
    snprintf(
        text, sizeof text, "ended %s %d cpu_ms %llu peak_bytes %llu\n", why, value, (unsigned long long)cpu_ms,
        (unsigned long long)peak);
    tell(s->options, text);
    return code;
}

int supervise(const struct options *o) {
    struct supervisor s = {.options = o, .processes_bound = 1, .tasks_bound = 1};
    if (o->status >= 0 && fcntl(o->status, F_SETFD, FD_CLOEXEC)) {
        fprintf(stderr, "quinion-sandbox: --status-fd %d: %s\n", o->status, strerror(errno));
        return could_not_start;
    }
    if (!prepare(&s)) return refuse(o, strerror(errno));
    if (o->parent && getppid() != o->parent) return could_not_start;  // it died before we could ask for its death signal
    const char *failure = start(&s);
    if (failure) {
        end_all();
        return refuse(o, failure);
    }
    let_go_of_standard_streams();
    char text[64];
    snprintf(text, sizeof text, "started %d\n", s.program);
    tell(o, text);

    time_t since = time(NULL);
    int status = 0;
    const char *why = watch(&s, &status);
    end_all();
    if (o->sockets) sockets_remove_dead(o->sockets, since);
    return report_end(&s, why, status);
}
