/* How a check, which runs in a process of its own, ends. */
#ifndef CONFORMANCE_VERDICT_H
#define CONFORMANCE_VERDICT_H

enum { EXIT_PASSED = 40, EXIT_FAILED = 41, EXIT_SKIPPED = 42 };

/* The file that the reason is written to. */
extern int verdict_file;

_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
