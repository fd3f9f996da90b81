// What the command line asks for.
#ifndef QUINION_OPTIONS_H
#define QUINION_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct options {
    uint64_t memory;         // bytes resident, of everything inside together; 0: no limit
    uint64_t address_space;  // bytes of address space per process; 0: no limit
    uint64_t file_size;      // bytes per file written; 0: no limit
    double cpu;              // seconds of processor time, of everything inside together; 0: no limit
    double wall;             // seconds; 0: no limit
    unsigned processes;      // processes beside the program itself
    unsigned tasks;          // threads of all processes together
    unsigned open_files;     // descriptors per process
    bool report_support;
    pid_t parent;            // who must be our parent; 0: whoever is
    int status;              // descriptor that gets the status lines; -1: none
    const char *sockets;     // folder for AF_UNIX sockets it listens on; NULL: none
    const char *work;        // folder for reading and writing, and current folder; NULL: none
    const char **readable;   // NULL-terminated
    size_t readable_count;
    char **environment;      // NULL-terminated "NAME=VALUE"
    size_t environment_count;
    char **program;          // NULL-terminated arguments; program[0] is the path
};

/// Reads the command line; prints what is wrong and leaves with 64 (EX_USAGE) when it is malformed.
struct options options_parse(int argc, char **argv);

#endif
