#define _GNU_SOURCE
#include "tracing.h"

#include <errno.h>
#include <linux/elf.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

bool tracing_begin(pid_t child) {
    const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACESECCOMP
        | PTRACE_O_EXITKILL;
    return ptrace(PTRACE_SEIZE, child, NULL, options) == 0;
}

void tracing_continue(pid_t task) { ptrace(PTRACE_CONT, task, NULL, NULL); }

enum tracing_event tracing_understand(pid_t task, int status) {
    if (!WIFSTOPPED(status)) return tracing_ended;
    int signal = WSTOPSIG(status);
    switch (status >> 16) {
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE: return tracing_started;
    case PTRACE_EVENT_SECCOMP: return tracing_signals;
    case PTRACE_EVENT_STOP:
        if (signal == SIGTRAP) tracing_continue(task);  // a new task, or one that SIGCONT wakes
        else ptrace(PTRACE_LISTEN, task, NULL, NULL);   // stopped by a signal, as it would be without us
        return tracing_other;
    case 0: ptrace(PTRACE_CONT, task, NULL, (void *)(long)signal); return tracing_other;
    default: tracing_continue(task); return tracing_other;
    }
}

pid_t tracing_signal_target(pid_t task) {
    struct __ptrace_syscall_info call;
    long size = ptrace(PTRACE_GET_SYSCALL_INFO, task, sizeof call, &call);
    // -1 as a target means everybody, which is refused.
    if (size <= 0 || call.op != PTRACE_SYSCALL_INFO_SECCOMP) return -1;
    return (pid_t)call.seccomp.args[0];
}

void tracing_refuse(pid_t task) {
    // Call number -1 is no call; the kernel then returns what stands in the result register.
#if defined(__x86_64__)
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, task, NULL, &registers) == 0) {
        registers.orig_rax = (unsigned long long)-1;
        registers.rax = (unsigned long long)-EPERM;
        if (ptrace(PTRACE_SETREGS, task, NULL, &registers) == 0) return tracing_continue(task);
    }
#elif defined(__aarch64__)
    int none = -1;
    struct iovec number = {.iov_base = &none, .iov_len = sizeof none};
    struct user_regs_struct registers;
    struct iovec all = {.iov_base = &registers, .iov_len = sizeof registers};
    if (ptrace(PTRACE_GETREGSET, task, (void *)NT_PRSTATUS, &all) == 0) {
        registers.regs[0] = (unsigned long long)-EPERM;
        if (ptrace(PTRACE_SETREGSET, task, (void *)NT_PRSTATUS, &all) == 0
            && ptrace(PTRACE_SETREGSET, task, (void *)NT_ARM_SYSTEM_CALL, &number) == 0)
            return tracing_continue(task);
    }
#endif
    kill(task, SIGKILL);
}
