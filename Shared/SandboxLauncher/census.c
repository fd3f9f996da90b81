#define _GNU_SOURCE
#include "census.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// More processes than --processes can allow.
enum { most = 4096 };

struct facts {
    pid_t parent;
    unsigned tasks;
    uint64_t resident, cpu_ms;
};

static bool facts_read(pid_t process, struct facts *facts) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return false;
    text[length] = 0;
    // The name in parentheses may itself hold parentheses and blanks.
    const char *rest = strrchr(text, ')');
    if (!rest) return false;
    int parent;
    unsigned long user, system;
    long child_user, child_system, tasks, pages;
    int read_fields = sscanf(
        rest + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d %ld %*d %*u %*u %ld", &parent, &user,
        &system, &child_user, &child_system, &tasks, &pages);
    if (read_fields != 7) return false;
    uint64_t ticks = user + system + (uint64_t)child_user + (uint64_t)child_system;
    facts->parent = parent;
    facts->tasks = tasks > 0 ? (unsigned)tasks : 1;
    facts->resident = (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
    facts->cpu_ms = ticks * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
    return true;
}

/// Appends the children of every thread of `process` to the list.
static void add_children(pid_t process, pid_t *list, size_t *count) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", process);
    DIR *threads = opendir(path);
    if (!threads) return;
    struct dirent *thread;
    while ((thread = readdir(threads))) {
        if (thread->d_name[0] == '.') continue;
        char children[64];
        snprintf(children, sizeof children, "%.16s/children", thread->d_name);
        int descriptor = openat(dirfd(threads), children, O_RDONLY | O_CLOEXEC);
        FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "r");
        if (!file) continue;
        int child;
        while (*count < most && fscanf(file, "%d", &child) == 1) list[(*count)++] = child;
        fclose(file);
    }
    closedir(threads);
}

struct census census_take(pid_t root, int signal) {
    static pid_t list[most];
    size_t count = 0;
    struct census census = {0};
    add_children(root, list, &count);
    for (size_t i = 0; i < count; i++) {
        add_children(list[i], list, &count);
        if (signal) kill(list[i], signal);
        struct facts facts;
        if (!facts_read(list[i], &facts)) continue;
        census.processes++;
        census.tasks += facts.tasks;
        census.resident += facts.resident;
        census.cpu_ms += facts.cpu_ms;
    }
    return census;
}

bool census_is_below(pid_t process, pid_t root) {
    struct facts facts;
    for (int depth = 0; depth < most && process > 1 && facts_read(process, &facts); depth++) {
        if (facts.parent == root) return true;
        process = facts.parent;
    }
    return false;
}

bool census_is_possible(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", getpid(), getpid());
    return access(path, R_OK) == 0;
}
