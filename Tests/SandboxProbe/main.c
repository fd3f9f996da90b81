// A program that misbehaves in one way per run, for the sandbox's tests. Prints what it could do; exits 0 when it got what
// it tried for, 1 when the system refused (with the error's name on standard output), else it is ended by the sandbox.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int refused(void) {
    printf("%s\n", strerrorname_np(errno));
    return 1;
}
static int done(void) {
    puts("done");
    return 0;
}

static int allocate(size_t bytes) {
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return refused();
    for (size_t i = 0; i < bytes; i += 4096) memory[i] = 1;
    sleep(1);  // longer than two samples
    return done();
}

static int fork_bomb(void) {
    while (fork() >= 0) {}
    return refused();
}

/// Children that each start the next one and go, in sessions of their own, so that no group or parent holds them.
static int fork_chain(void) {
    if (fork() == 0)
        for (;;) {
            if (fork() > 0) _exit(0);
            setsid();
        }
    for (;;) pause();
}

static int fork_once(void) {
    pid_t child = fork();
    if (child < 0) return refused();
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
    return done();
}

static int many_forks(int count) {
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child < 0) return refused();
        if (child == 0) _exit(0);
        waitpid(child, NULL, 0);
    }
    return done();
}

static void *wait_forever(void *nothing) {
    for (;;) pause();
    return nothing;
}

static int threads(int count) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        if ((errno = pthread_create(&thread, &attributes, wait_forever, NULL))) return refused();
    }
    return done();
}

static int read_file(const char *path) {
    int file = open(path, O_RDONLY);
    char byte;
    if (file < 0 || (read(file, &byte, 1) < 0 && errno != EISDIR)) return refused();
    return done();
}

static int write_file(const char *path, size_t bytes) {
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    if (file < 0) return refused();
    static char block[1 << 16];
    for (size_t i = 0; i < bytes; i += sizeof block)
        if (write(file, block, sizeof block) < 0) return refused();
    return done();
}

static int open_socket(int family, int type) {
    int end = socket(family, type, 0);
    return end < 0 ? refused() : done();
}

static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int end = socket(AF_UNIX, SOCK_STREAM, 0);
    if (end < 0 || bind(end, (struct sockaddr *)&address, sizeof address) || listen(end, 1)) return refused();
    int other = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(other, (struct sockaddr *)&address, sizeof address) == 0) puts("connected");
    return done();
}

/// Calls that a parser does not need. Prints each that was not refused with EPERM or ENOSYS.
static int forbidden_calls(void) {
    struct rlimit more = {.rlim_cur = 1024, .rlim_max = 1024};
    const struct { const char *name; long number, a, b, c, d; } calls[] = {
        {"ptrace", SYS_ptrace, 0, 0, 0, 0},
        {"mount", SYS_mount, 0, 0, 0, 0},
        {"unshare", SYS_unshare, CLONE_NEWUSER, 0, 0, 0},
        {"clone new user", SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0},
        {"clone untraced", SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0},
        {"clone sibling", SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0},
        {"clone3", SYS_clone3, 0, 0, 0, 0},
        {"keyctl", SYS_keyctl, 0, 0, 0, 0},
        {"add_key", SYS_add_key, 0, 0, 0, 0},
        {"bpf", SYS_bpf, 0, 0, 0, 0},
        {"userfaultfd", SYS_userfaultfd, 0, 0, 0, 0},
        {"perf_event_open", SYS_perf_event_open, 0, 0, 0, 0},
        {"io_uring_setup", SYS_io_uring_setup, 1, 0, 0, 0},
        {"kexec_load", SYS_kexec_load, 0, 0, 0, 0},
        {"init_module", SYS_init_module, 0, 0, 0, 0},
        {"process_vm_readv", SYS_process_vm_readv, getppid(), 0, 0, 0},
        {"pidfd_open", SYS_pidfd_open, getppid(), 0, 0, 0},
        {"memfd_create", SYS_memfd_create, (long)"x", 0, 0, 0},
        {"shmget", SYS_shmget, 0, 4096, 0600, 0},
        {"prlimit64 of the parent", SYS_prlimit64, getppid(), RLIMIT_NOFILE, (long)&more, 0},
        {"prlimit64", SYS_prlimit64, 0, RLIMIT_NOFILE, (long)&more, 0},
        {"socketpair inet", SYS_socketpair, AF_INET, SOCK_STREAM, 0, 0},
        {"connect", SYS_connect, 0, 0, 0, 0},
        {"bind", SYS_bind, 0, 0, 0, 0},
        {"set parent death signal", SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0},
        {"personality", SYS_personality, 0x0040000, 0, 0, 0},
        {"a call of the future", 1000, 0, 0, 0, 0},
        {"kill everybody", SYS_kill, -1, 0, 0, 0},
        {"kill the parent", SYS_kill, getppid(), 0, 0, 0},
    };
    int passed = 0;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        long result = syscall(calls[i].number, calls[i].a, calls[i].b, calls[i].c, calls[i].d, 0);
        if (result == 0 && calls[i].number == SYS_clone) _exit(0);
        if (result < 0 && (errno == EPERM || errno == ENOSYS)) continue;
        printf("%s: %s\n", calls[i].name, result < 0 ? strerrorname_np(errno) : "allowed");
        passed++;
    }
    return passed ? 0 : (puts("refused"), 1);
}

/// The 32-bit interface has other call numbers, past a filter that does not look at the architecture.
static int other_architecture(void) {
#ifdef __x86_64__
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) /* getpid there */ : "memory");
    printf("%ld\n", result);
#else
    raise(SIGSYS);
#endif
    return 0;
}

/// Leaves sleepers behind: in the group, and in sessions of their own. Prints their numbers.
static int leave_children(void) {
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child < 0) return refused();
        if (child == 0) {
            if (i) setsid();
            close(0);
            close(1);
            close(2);
            for (;;) pause();
        }
        printf("%d\n", child);
    }
    return 0;
}

static int open_descriptors(void) {
    for (int i = 3; i < 4096; i++)
        if (fcntl(i, F_GETFD) >= 0) printf("%d ", i);
    puts("done");
    return 0;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *what = argc > 1 ? argv[1] : "";
    const char *argument = argc > 2 ? argv[2] : "0";
    if (!strcmp(what, "allocate")) return allocate(strtoull(argument, NULL, 10));
    if (!strcmp(what, "fork-bomb")) return fork_bomb();
    if (!strcmp(what, "fork-chain")) return fork_chain();
    if (!strcmp(what, "fork")) return fork_once();
    if (!strcmp(what, "forks")) return many_forks(atoi(argument));
    if (!strcmp(what, "threads")) return threads(atoi(argument));
    if (!strcmp(what, "read")) return read_file(argument);
    if (!strcmp(what, "write")) return write_file(argument, argc > 3 ? strtoull(argv[3], NULL, 10) : 1);
    if (!strcmp(what, "socket-inet")) return open_socket(AF_INET, SOCK_STREAM);
    if (!strcmp(what, "socket-netlink")) return open_socket(AF_NETLINK, SOCK_RAW);
    if (!strcmp(what, "socket-unix")) return open_socket(AF_UNIX, SOCK_STREAM);
    if (!strcmp(what, "socket-unix-datagram")) return open_socket(AF_UNIX, SOCK_DGRAM);
    if (!strcmp(what, "listen")) return listen_at(argument);
    if (!strcmp(what, "forbidden")) return forbidden_calls();
    if (!strcmp(what, "architecture")) return other_architecture();
    if (!strcmp(what, "leave")) return leave_children();
    if (!strcmp(what, "descriptors")) return open_descriptors();
    if (!strcmp(what, "signal")) return kill(atoi(argument), 0) ? refused() : done();
    if (!strcmp(what, "exec")) return execl(argument, argument, (char *)NULL), refused();
    if (!strcmp(what, "exit")) return atoi(argument);
    if (!strcmp(what, "crash")) return raise(SIGSEGV);
    if (!strcmp(what, "spin"))
        for (;;) {}
    if (!strcmp(what, "sleep"))
        for (puts("asleep");;) pause();
    if (!strcmp(what, "ignore-signals")) {
        for (int i = 1; i < 32; i++) signal(i, SIG_IGN);
        for (puts("asleep");;) pause();
    }
    if (!strcmp(what, "flood"))
        for (;;) (void)!write(1, "0123456789abcdef", 16);
    if (!strcmp(what, "echo")) {
        int byte;
        while ((byte = getchar()) != EOF) putchar(byte);
        return 0;
    }
    if (!strcmp(what, "crashing-worker")) {
        char byte;
        if (write(1, "\1\0\0\0\1", 5) != 5 || read(0, &byte, 1) != 1) return 0;
        return raise(SIGSEGV);
    }
    if (!strcmp(what, "environment")) {
        for (char **variable = environ; *variable; variable++) puts(*variable);
        return 0;
    }
    fprintf(stderr, "sandbox-probe: what is \"%s\"?\n", what);
    return 64;
}
