/*
 * backend-conformance: runs a backend plugin through what quinion_backend.h asks of it and prints TAP (testanything.org).
 *
 *   backend-conformance [--shape INPUT=D,D,...]... [--timeout SECONDS] PLUGIN MODEL [KEY=VALUE]...
 *
 *   --shape    dimensions of an input; without it a free dimension is 2, and other sizes are tried
 *   --timeout  for one check (default: 120)
 *   KEY=VALUE  parameters of the model
 *
 * Each check has a process of its own, so that a plugin that crashes or hangs fails one check. Exits with 0 when all pass.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.h"
#include "verdict.h"

enum { TIMEOUT_SECONDS = 120 };

int verdict_file;

static _Noreturn void end(int status, const char *format, va_list values) {
    vdprintf(verdict_file, format, values);
    /* Not exit: what is at fault might hang in its destructors. */
    _exit(status);
}

_Noreturn void fail(const char *format, ...) {
    va_list values;
    va_start(values, format);
    end(EXIT_FAILED, format, values);
}

_Noreturn void skip(const char *format, ...) {
    va_list values;
    va_start(values, format);
    end(EXIT_SKIPPED, format, values);
}

static void usage(const char *fault) {
    fprintf(stderr, "%s\nusage: backend-conformance [--shape INPUT=D,D,...]... [--timeout SECONDS] PLUGIN MODEL [KEY=VALUE]...\n",
            fault);
    exit(2);
}

static void read_shape(arguments *arguments, char *text) {
    char *equals = strrchr(text, '=');
    if (equals == NULL || arguments->shape_count == MAX_SETTINGS) usage("--shape needs INPUT=D,D,...");
    *equals = '\0';
    size_t rank = 0;
    for (char *part = strtok(equals + 1, ","); part != NULL; part = strtok(NULL, ",")) {
        char *rest = NULL;
        const long long size = strtoll(part, &rest, 10);
        if (rest == part || *rest != '\0' || size < 1 || rank == 64) usage("--shape needs dimensions of at least 1");
        arguments->shapes[arguments->shape_count].dimensions[rank++] = size;
    }
    arguments->shapes[arguments->shape_count].rank = rank;
    arguments->shapes[arguments->shape_count++].input = text;
}

static arguments read_arguments(int count, char **values) {
    arguments arguments = {.timeout_seconds = TIMEOUT_SECONDS};
    for (int i = 1; i < count; i++) {
        char *value = values[i], *equals = strchr(value, '=');
        if (strcmp(value, "--shape") == 0 && i + 1 < count) {
            read_shape(&arguments, values[++i]);
        } else if (strcmp(value, "--timeout") == 0 && i + 1 < count) {
            arguments.timeout_seconds = (unsigned)atoi(values[++i]);
        } else if (value[0] == '-') {
            usage(value);
        } else if (arguments.plugin == NULL) {
            arguments.plugin = value;
        } else if (arguments.model == NULL) {
            arguments.model = value;
        } else if (equals != NULL && arguments.parameter_count < MAX_SETTINGS) {
            *equals = '\0';
            arguments.parameters[arguments.parameter_count++] = (quinion_parameter){value, equals + 1};
        } else {
            usage(value);
        }
    }
    if (arguments.model == NULL) usage("PLUGIN or MODEL is missing");
    /* Absolute: dlopen would search its own folders for a bare name, and the interface promises an absolute model. */
    arguments.plugin = realpath(arguments.plugin, NULL);
    arguments.model = realpath(arguments.model, NULL);
    if (arguments.plugin == NULL || arguments.model == NULL) usage("PLUGIN or MODEL does not exist");
    return arguments;
}

/* Runs one check; whether it passed. */
static int run(size_t number, const check *check, const arguments *arguments) {
    int ends[2], status = 0;
    char reason[1024] = "";
    if (pipe(ends) != 0) return perror("pipe"), 0;
    fflush(stdout);
    const pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        verdict_file = ends[1];
        alarm(arguments->timeout_seconds);
        check->run(arguments);
        _exit(EXIT_PASSED);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t count;
    while ((count = read(ends[0], reason + length, sizeof reason - 1 - length)) > 0) length += (size_t)count;
    close(ends[0]);
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {}
    if (WIFSIGNALED(status)) {
        const char *how = WTERMSIG(status) == SIGALRM ? "it hangs" : strsignal(WTERMSIG(status));
        printf("not ok %zu - %s # it crashed: %s\n", number, check->name, how);
        return 0;
    }
    const int code = WEXITSTATUS(status);
    if (code == EXIT_PASSED) return printf("ok %zu - %s\n", number, check->name), 1;
    if (code == EXIT_SKIPPED) return printf("ok %zu - %s # SKIP %s\n", number, check->name, reason), 1;
    printf("not ok %zu - %s # %s\n", number, check->name, code == EXIT_FAILED ? reason : "the plugin ended the process");
    return 0;
}

int main(int count, char **values) {
    const arguments arguments = read_arguments(count, values);
    size_t passed = 0;
    printf("TAP version 13\n1..%zu\n", check_count);
    for (size_t i = 0; i < check_count; i++) passed += (size_t)run(i + 1, &checks[i], &arguments);
    printf("# %zu of %zu passed\n", passed, check_count);
    return passed == check_count ? 0 : 1;
}
