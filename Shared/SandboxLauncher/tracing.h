// Following every thread and process of the program with ptrace: nothing below can start unseen, and when the supervisor
// dies, however it dies, the kernel kills them all.
//
// Seccomp user notification was tried first and rejected: a signal that arrives before the supervisor picks the
// notification up makes fork fail with EINTR where the handler lacks SA_RESTART, which /bin/sh does not expect.
#ifndef QUINION_TRACING_H
#define QUINION_TRACING_H

#include <stdbool.h>
#include <sys/types.h>

/// Begins to follow a child. false and errno when the kernel or the container forbids it.
bool tracing_begin(pid_t child);

enum tracing_event {
    tracing_ended,    // a task is gone
    tracing_started,  // the task started another one; both wait
    tracing_signals,  // the task wants to send a signal and waits
    tracing_other,    // the task went on already
};

/// Understands a status that waitpid returned for a followed task, and lets the task go on where nothing is to be decided.
enum tracing_event tracing_understand(pid_t task, int status);

/// Lets a waiting task go on.
void tracing_continue(pid_t task);

/// The process the waiting task wants to signal, in the form kill takes.
pid_t tracing_signal_target(pid_t task);

/// Makes the waiting task's call fail with EPERM, and lets it go on.
void tracing_refuse(pid_t task);

#endif
