#define _GNU_SOURCE
#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

static int limit(int resource, rlim_t soft, rlim_t hard) {
    struct rlimit now;
    if (getrlimit(resource, &now)) return -1;
    // The hard limit that we inherit may be lower and cannot be raised.
    if (hard > now.rlim_max) hard = now.rlim_max;
    if (soft > hard) soft = hard;
    struct rlimit wanted = {.rlim_cur = soft, .rlim_max = hard};
    return setrlimit(resource, &wanted);
}

const char *limits_apply(const struct options *o) {
    if (o->address_space && limit(RLIMIT_AS, o->address_space, o->address_space)) return "address space";
    if (o->file_size && limit(RLIMIT_FSIZE, o->file_size, o->file_size)) return "file size";
    if (limit(RLIMIT_NOFILE, o->open_files, o->open_files)) return "open files";
    if (limit(RLIMIT_CORE, 0, 0)) return "core size";
    if (limit(RLIMIT_MSGQUEUE, 0, 0)) return "message queues";
    if (o->cpu > 0) {
        // The supervisor holds the sum over all processes; this one holds even if the supervisor gets no processor.
        rlim_t whole = (rlim_t)o->cpu + 1;
        if (limit(RLIMIT_CPU, whole, whole + 1)) return "processor time";
    }
    return NULL;
}

int limits_close_descriptors_on_exec(void) {
    if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return 0;
    // Linux before 5.11.
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > 65536) most = 65536;
    for (int descriptor = 3; descriptor < most; descriptor++)
        if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) && errno != EBADF) return -1;
    return 0;
}

void limits_offer_to_oom_killer(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    // Best effort: a kernel without it still has our own limit on memory.
    (void)!write(file, "900", 3);
    close(file);
}

int limits_drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    return (int)syscall(SYS_capset, &header, none);
}
