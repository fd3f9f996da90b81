#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: quinion-sandbox [option]... -- program [argument]...\n"
    "       quinion-sandbox --report-support\n"
    "\n"
    "Runs a program that reads untrusted bytes: without network, without new privileges, within limits.\n"
    "\n"
    "  --memory BYTES          resident memory of all processes together (sampled)\n"
    "  --address-space BYTES   address space per process\n"
    "  --cpu SECONDS           processor time of all processes together\n"
    "  --wall SECONDS          time from start to end\n"
    "  --file-size BYTES       size of a file it writes\n"
    "  --processes N           processes beside the program itself (default 0: it cannot fork)\n"
    "  --tasks N               threads of all processes together (default 256)\n"
    "  --open-files N          open descriptors per process (default 256)\n"
    "  --work FOLDER           the only folder it may write to; becomes its current folder\n"
    "  --read PATH             a file or folder it may read and execute, beside the system's; may be repeated\n"
    "  --env NAME=VALUE        a variable of its environment, which is empty otherwise; may be repeated\n"
    "  --sockets FOLDER        where it may listen on AF_UNIX sockets; it can never connect\n"
    "  --parent PID            end at once when this process is not, or no longer, the parent\n"
    "  --status-fd N           write \"started PID\" and \"ended HOW VALUE cpu_ms N peak_bytes N\" there\n"
    "  --report-support        print as JSON what this kernel offers, and end\n";

static _Noreturn void wrong(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("quinion-sandbox: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    exit(64);
}

static uint64_t whole(const char *name, const char *text, uint64_t most) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || strchr(text, '-') || value > most)
        wrong("--%s: \"%s\" is not a whole number up to %llu", name, text, (unsigned long long)most);
    return value;
}

static double seconds(const char *name, const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value) || value <= 0 || value > 1e6)
        wrong("--%s: \"%s\" is not a number of seconds above 0 and up to 1000000", name, text);
    return value;
}

static void *list(int argc) {
    void *memory = calloc((size_t)argc + 1, sizeof(char *));
    if (!memory) wrong("out of memory");
    return memory;
}

struct options options_parse(int argc, char **argv) {
    enum {
        memory = 1, address_space, cpu, wall, file_size, processes, tasks, open_files, work, readable, environment,
        sockets, parent, status, report_support, help,
    };
    static const struct option names[] = {
        {"memory", required_argument, NULL, memory},
        {"address-space", required_argument, NULL, address_space},
        {"cpu", required_argument, NULL, cpu},
        {"wall", required_argument, NULL, wall},
        {"file-size", required_argument, NULL, file_size},
        {"processes", required_argument, NULL, processes},
        {"tasks", required_argument, NULL, tasks},
        {"open-files", required_argument, NULL, open_files},
        {"work", required_argument, NULL, work},
        {"read", required_argument, NULL, readable},
        {"env", required_argument, NULL, environment},
        {"sockets", required_argument, NULL, sockets},
        {"parent", required_argument, NULL, parent},
        {"status-fd", required_argument, NULL, status},
        {"report-support", no_argument, NULL, report_support},
        {"help", no_argument, NULL, help},
        {NULL, 0, NULL, 0},
    };
    struct options o = {.tasks = 256, .open_files = 256, .status = -1};
    o.readable = list(argc);
    o.environment = list(argc);

    int option, index = 0;
    while ((option = getopt_long(argc, argv, "+", names, &index)) != -1) {
        const char *name = option == '?' ? "" : names[index].name;
        switch (option) {
        case memory: o.memory = whole(name, optarg, INT64_MAX); break;
        case address_space: o.address_space = whole(name, optarg, INT64_MAX); break;
        case cpu: o.cpu = seconds(name, optarg); break;
        case wall: o.wall = seconds(name, optarg); break;
        case file_size: o.file_size = whole(name, optarg, INT64_MAX); break;
        case processes: o.processes = (unsigned)whole(name, optarg, 1024); break;
        case tasks: o.tasks = (unsigned)whole(name, optarg, 32768); break;
        case open_files: o.open_files = (unsigned)whole(name, optarg, 1048576); break;
        case work: o.work = optarg; break;
        case readable: o.readable[o.readable_count++] = optarg; break;
        case environment:
            if (!strchr(optarg, '=')) wrong("--env: \"%s\" is not NAME=VALUE", optarg);
            o.environment[o.environment_count++] = optarg;
            break;
        case sockets: o.sockets = optarg; break;
        case parent: o.parent = (pid_t)whole(name, optarg, INT32_MAX); break;
        case status:
            o.status = (int)whole(name, optarg, 1023);
            if (o.status < 3) wrong("--status-fd: %d is the program's", o.status);
            break;
        case report_support: o.report_support = true; break;
        case help: fputs(usage, stdout); exit(0);
        default: fputs(usage, stderr); exit(64);
        }
    }
    o.program = argv + optind;
    if (!o.report_support && !*o.program) wrong("no program named; see --help");
    if (o.tasks <= o.processes) wrong("--tasks %u leaves no room for %u processes and the program", o.tasks, o.processes);
    return o;
}
