#define _GNU_SOURCE
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The interface is spelled out here because a build machine's headers may be older than the kernel that runs this.
// https://docs.kernel.org/userspace-api/landlock.html
enum { create_ruleset = 444, add_rule = 445, restrict_self = 446 };
enum { version_flag = 1, path_beneath = 1 };

enum {
    fs_execute = 1 << 0,
    fs_write_file = 1 << 1,
    fs_read_file = 1 << 2,
    fs_read_dir = 1 << 3,
    fs_make_char = 1 << 6,
    fs_make_sock = 1 << 9,
    fs_make_block = 1 << 11,
    fs_abi_1 = (1 << 13) - 1,
    fs_refer = 1 << 13,      // ABI 2
    fs_truncate = 1 << 14,   // ABI 3
    fs_ioctl_dev = 1 << 15,  // ABI 5
    on_files = fs_execute | fs_write_file | fs_read_file | fs_truncate | fs_ioctl_dev,
};
enum { net_tcp = 3 /* bind, connect */, scope_all = 3 /* abstract sockets, signals */ };

struct ruleset { uint64_t fs, net, scoped; };
struct rule { uint64_t access; int32_t parent; } __attribute__((packed));

static const char *const system_paths[] = {
    "/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/fonts", "/var/cache/fontconfig",
    "/etc/localtime", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/dev/zero", "/dev/random", "/dev/urandom",
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems",
    "/proc/sys/vm/overcommit_memory", "/sys/devices/system/cpu",
};

int landlock_abi(void) {
    long abi = syscall(create_ruleset, NULL, 0, version_flag);
    return abi < 0 ? 0 : (int)abi;
}

static int allow(int ruleset, const char *path, uint64_t access) {
    int parent = open(path, O_PATH | O_CLOEXEC);
    if (parent < 0) return -1;
    struct stat status;
    int failed = fstat(parent, &status);
    if (!failed) {
        if (!S_ISDIR(status.st_mode)) access &= on_files;
        struct rule rule = {.access = access, .parent = parent};
        failed = (int)syscall(add_rule, ruleset, path_beneath, &rule, 0);
    }
    int error = errno;
    close(parent);
    errno = error;
    return failed ? -1 : 0;
}

const char *landlock_restrict(const struct options *o, int abi) {
    uint64_t all = fs_abi_1;
    if (abi >= 2) all |= fs_refer;
    if (abi >= 3) all |= fs_truncate;
    if (abi >= 5) all |= fs_ioctl_dev;
    const uint64_t reading = fs_execute | fs_read_file | fs_read_dir;
    // What it writes it may not execute.
    uint64_t writing = all & ~(uint64_t)(fs_execute | fs_make_char | fs_make_block | fs_make_sock | fs_ioctl_dev);

    struct ruleset handled = {.fs = all, .net = abi >= 4 ? net_tcp : 0, .scoped = abi >= 6 ? scope_all : 0};
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    int ruleset = (int)syscall(create_ruleset, &handled, size, 0);
    if (ruleset < 0) return "Landlock rules";

    for (size_t i = 0; i < sizeof system_paths / sizeof *system_paths; i++)
        if (allow(ruleset, system_paths[i], reading) && errno != ENOENT && errno != EACCES) return system_paths[i];
    if (allow(ruleset, "/dev/null", (fs_read_file | fs_write_file | fs_truncate) & all)) return "/dev/null";
    if (allow(ruleset, o->program[0], reading)) return o->program[0];
    for (size_t i = 0; i < o->readable_count; i++)
        if (allow(ruleset, o->readable[i], reading)) return o->readable[i];
    if (o->work && allow(ruleset, o->work, writing)) return o->work;
    if (o->sockets && allow(ruleset, o->sockets, fs_make_sock)) return o->sockets;

    long failed = syscall(restrict_self, ruleset, 0);
    close(ruleset);
    return failed ? "Landlock" : NULL;
}
