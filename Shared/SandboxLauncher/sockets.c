#define _GNU_SOURCE
#include "sockets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int is_dead(const char *folder, const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", folder, name);
    if (length < 0 || length >= (int)sizeof address.sun_path) return 0;
    int end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (end < 0) return 0;
    int dead = connect(end, (struct sockaddr *)&address, sizeof address) && errno == ECONNREFUSED;
    close(end);
    return dead;
}

void sockets_remove_dead(const char *folder, time_t start) {
    DIR *entries = opendir(folder);
    if (!entries) return;
    struct dirent *entry;
    struct stat status;
    while ((entry = readdir(entries)))
        if (fstatat(dirfd(entries), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(status.st_mode)
            && status.st_uid == getuid() && status.st_mtime >= start && is_dead(folder, entry->d_name))
            unlinkat(dirfd(entries), entry->d_name, 0);
    closedir(entries);
}
