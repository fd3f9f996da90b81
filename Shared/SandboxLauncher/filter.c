#define _GNU_SOURCE
#include "filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#else
#error "The system call filter knows x86-64 and arm64 only."
#endif

// Calls after this one (mseal, Linux 6.10) are unknown to the lists below.
enum { last_known = 462 };

// Nothing a parser needs: each reaches beyond the process, outlives it, or is a large piece of kernel to attack.
static const int denied[] = {
    // Network. Existing descriptors keep working.
    __NR_socket, __NR_connect, __NR_bind, __NR_listen, __NR_accept, __NR_accept4,
    // Other processes.
    __NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, __NR_kcmp, __NR_pidfd_open, __NR_pidfd_getfd,
    __NR_pidfd_send_signal, __NR_process_madvise, __NR_tkill, __NR_move_pages, __NR_migrate_pages,
    // Own limits.
    __NR_setrlimit,
    // File systems and name spaces.
    __NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, __NR_open_tree, __NR_move_mount, __NR_fsopen, __NR_fsconfig,
    __NR_fsmount, __NR_fspick, __NR_mount_setattr, __NR_unshare, __NR_setns, __NR_name_to_handle_at,
    __NR_open_by_handle_at, __NR_fanotify_init, __NR_quotactl, __NR_swapon, __NR_swapoff, __NR_mknodat,
    // Memory that outlives the process or that no limit counts.
    __NR_shmget, __NR_semget, __NR_msgget, __NR_mq_open, __NR_memfd_create,
    // Kernel.
    __NR_keyctl, __NR_add_key, __NR_request_key, __NR_bpf, __NR_userfaultfd, __NR_perf_event_open, __NR_io_uring_setup,
    __NR_io_uring_enter, __NR_io_uring_register, __NR_kexec_load, __NR_init_module, __NR_finit_module,
    __NR_delete_module, __NR_reboot, __NR_syslog, __NR_acct, __NR_vhangup, __NR_sethostname, __NR_setdomainname,
    __NR_settimeofday, __NR_clock_settime, __NR_clock_adjtime, __NR_adjtimex,
#ifdef __NR_kexec_file_load
    __NR_kexec_file_load,
#endif
#ifdef __NR_quotactl_fd
    __NR_quotactl_fd,
#endif
#ifdef __NR_memfd_secret
    __NR_memfd_secret,
#endif
#ifdef __NR_process_mrelease
    __NR_process_mrelease,
#endif
#ifdef __x86_64__
    __NR_iopl, __NR_ioperm, __NR_modify_ldt, __NR_uselib, __NR_mknod, __NR__sysctl, __NR_ustat, __NR_sysfs,
#endif
};

struct program {
    struct sock_filter code[512];
    unsigned short length;
    unsigned short open;  // index of the rule's jump
};

static void emit(struct program *p, uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
    p->code[p->length++] = (struct sock_filter){.code = code, .k = value, .jt = yes, .jf = no};
}
static void load(struct program *p, uint32_t offset) { emit(p, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }
static void leave(struct program *p, uint32_t action) { emit(p, BPF_RET | BPF_K, action, 0, 0); }
static void deny(struct program *p, int error) { leave(p, SECCOMP_RET_ERRNO | (uint32_t)error); }

/// Low half of an argument; both architectures are little-endian.
static void argument(struct program *p, int n) { load(p, (uint32_t)offsetof(struct seccomp_data, args[n])); }

/// The accumulator equals, exceeds or has a bit of `value`: then `action`.
static void when(struct program *p, uint16_t test, uint32_t value, uint32_t action) {
    emit(p, BPF_JMP | test | BPF_K, value, 0, 1);
    leave(p, action);
}

/// Between begin and end: what holds for one call. The part must leave on every path.
static void begin(struct program *p, int call) {
    p->open = p->length;
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 0);
}
static void end(struct program *p) { p->code[p->open].jf = (uint8_t)(p->length - p->open - 1); }

static const uint32_t eperm = SECCOMP_RET_ERRNO | EPERM;

static void filter_clone(struct program *p, struct filter_policy policy) {
    const uint32_t process = policy.processes ? SECCOMP_RET_ALLOW : eperm;
    // New name spaces, and children that would not be ours or not be traced.
    const uint32_t forbidden = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID
        | CLONE_NEWNET | CLONE_PARENT | CLONE_UNTRACED;
    begin(p, __NR_clone);
    argument(p, 0);
    when(p, BPF_JSET, forbidden, eperm);
    when(p, BPF_JSET, CLONE_THREAD, SECCOMP_RET_ALLOW);
    leave(p, process);
    end(p);
    // Its flags lie in memory, where a filter cannot see them; the C library falls back to clone.
    begin(p, __NR_clone3);
    deny(p, ENOSYS);
    end(p);
#ifdef __NR_fork
    when(p, BPF_JEQ, __NR_fork, process);
    when(p, BPF_JEQ, __NR_vfork, process);
#endif
}

static void filter_signals(struct program *p, struct filter_policy policy) {
    const int calls[] = {__NR_kill, __NR_tgkill, __NR_rt_sigqueueinfo, __NR_rt_tgsigqueueinfo};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        begin(p, calls[i]);
        argument(p, 0);
        when(p, BPF_JEQ, (uint32_t)getpid(), SECCOMP_RET_ALLOW);
        leave(p, policy.processes ? SECCOMP_RET_TRACE : eperm);
        end(p);
    }
}

static void filter_sockets(struct program *p, struct filter_policy policy) {
    begin(p, __NR_socketpair);
    argument(p, 0);
    when(p, BPF_JEQ, AF_UNIX, SECCOMP_RET_ALLOW);
    leave(p, eperm);
    end(p);
    if (!policy.local_sockets) return;
    // Listening only: it cannot connect, and datagrams would need no connection.
    begin(p, __NR_socket);
    argument(p, 0);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 1, 0);
    leave(p, eperm);
    argument(p, 1);
    emit(p, BPF_ALU | BPF_AND | BPF_K, (uint32_t)~(SOCK_CLOEXEC | SOCK_NONBLOCK), 0, 0);
    when(p, BPF_JEQ, SOCK_STREAM, SECCOMP_RET_ALLOW);
    leave(p, eperm);
    end(p);
    const int calls[] = {__NR_bind, __NR_listen, __NR_accept, __NR_accept4};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        when(p, BPF_JEQ, (uint32_t)calls[i], SECCOMP_RET_ALLOW);
}

static void filter_arguments(struct program *p) {
    begin(p, __NR_prlimit64);  // reading limits is allowed
    argument(p, 2);
    when(p, BPF_JGT, 0, eperm);
    load(p, (uint32_t)offsetof(struct seccomp_data, args[2]) + 4);
    when(p, BPF_JGT, 0, eperm);
    leave(p, SECCOMP_RET_ALLOW);
    end(p);
    begin(p, __NR_prctl);  // it must die with the supervisor
    argument(p, 0);
    when(p, BPF_JEQ, PR_SET_PDEATHSIG, eperm);
    leave(p, SECCOMP_RET_ALLOW);
    end(p);
    begin(p, __NR_ioctl);  // typing into a terminal it was given
    argument(p, 1);
    when(p, BPF_JEQ, TIOCSTI, eperm);
    when(p, BPF_JEQ, TIOCLINUX, eperm);
    leave(p, SECCOMP_RET_ALLOW);
    end(p);
    begin(p, __NR_personality);  // asking is allowed
    argument(p, 0);
    when(p, BPF_JEQ, 0xffffffff, SECCOMP_RET_ALLOW);
    leave(p, eperm);
    end(p);
}

int filter_install(struct filter_policy policy) {
    struct program p = {.length = 0};

    load(&p, offsetof(struct seccomp_data, arch));
    emit(&p, BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0);
    leave(&p, SECCOMP_RET_KILL_PROCESS);
    load(&p, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    when(&p, BPF_JGE, 0x40000000, SECCOMP_RET_KILL_PROCESS);  // the x32 interface has other numbers
#endif
    when(&p, BPF_JGT, last_known, SECCOMP_RET_ERRNO | ENOSYS);
    filter_sockets(&p, policy);
    filter_clone(&p, policy);
    filter_signals(&p, policy);
    filter_arguments(&p);
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) when(&p, BPF_JEQ, (uint32_t)denied[i], eperm);
    leave(&p, SECCOMP_RET_ALLOW);

    struct sock_fprog program = {.len = p.length, .filter = p.code};
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0UL, &program);
}
