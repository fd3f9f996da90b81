/*
 * hostile_server ENGINE PLUGIN CASE: starts quinion-engine with the test plugin, as the server does, says to it what no server
 * says, and prints how it ended: "exit 1", "signal 11", or "runs" when it has not after five seconds.
 */
#define _GNU_SOURCE

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "quinion_backend.h"
#include "wire.h"

static pid_t start(const char *engine, int *control) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) abort();
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], WIRE_CONTROL_FILE);
        execl(engine, engine, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    *control = ends[0];
    return child;
}

static uint32_t converse(int control, wire_message *message, const int *files, size_t count) {
    wire_message answer;
    if (!wire_send(control, message, files, count)) return 0;
    do {
        if (!wire_receive(control, &answer, NULL, 0)) return 0;
    } while (answer.kind >= WIRE_LOG); /* what is logged or measured meanwhile */
    if (answer.kind == WIRE_FAILURE) {
        wire_get_u32(&answer);
        printf("%s: ", wire_get_text(&answer));
    }
    return answer.kind;
}

static uint32_t load(int control, const char *plugin, uint32_t version) {
    wire_message message = wire_begin(WIRE_START);
    wire_put_u32(&message, version);
    wire_put_text(&message, plugin);
    wire_put_text(&message, "m");
    wire_put_text(&message, "1");
    wire_put_text(&message, "/nowhere");
    for (int i = 0; i < 2; i++) wire_put_u32(&message, 1);
    wire_put_u32(&message, 0);
    return converse(control, &message, NULL, 0);
}

/* The socket of an instance; `inputs` and `outputs` are its memory. */
static int open_instance(int control, wire_region *inputs, wire_region *outputs) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) abort();
    if (!wire_region_create(inputs, "inputs") || !wire_region_create(outputs, "outputs")) abort();
    if (!wire_region_reserve(inputs, WIRE_HEADER_BYTES + WIRE_ALIGNMENT)) abort();
    const int files[] = {ends[1], inputs->file, outputs->file};
    wire_message message = wire_begin(WIRE_OPEN);
    wire_put_u32(&message, 0);
    unsigned char processors[128];
    memset(processors, 0xFF, sizeof processors);
    wire_put(&message, processors, sizeof processors);
    if (converse(control, &message, files, 3) != WIRE_DONE) return -1;
    close(ends[1]);
    return ends[0];
}

/* One FP32 of the test plugin's model, or with one lie. */
static wire_message request(const char *lie) {
    wire_message message = wire_begin(strcmp(lie, "kind") == 0 ? WIRE_OPEN : WIRE_EXECUTE);
    const int64_t shape[] = {1};
    wire_put_u64(&message, 1 << 20);
    wire_put_u32(&message, strcmp(lie, "outputs") == 0 ? 4000000000u : 1);
    wire_put_u32(&message, strcmp(lie, "output") == 0 ? 77 : 0);
    if (strcmp(lie, "cut") == 0) return message;
    wire_put_u32(&message, QUINION_FP32);
    wire_put_u32(&message, strcmp(lie, "rank") == 0 ? 1000000 : 1);
    wire_put_u64(&message, strcmp(lie, "position") == 0 ? (uint64_t)1 << 40 : WIRE_HEADER_BYTES);
    wire_put_u64(&message, strcmp(lie, "size") == 0 ? UINT64_MAX : sizeof(float));
    wire_put(&message, shape, sizeof shape);
    return message;
}

int main(int count, char *words[]) {
    if (count != 4) return 2;
    const char *lie = words[3];
    int control, status = 0, socket = -1;
    wire_region inputs, outputs;
    signal(SIGPIPE, SIG_IGN);
    const pid_t child = start(words[1], &control);
    if (load(control, words[2], strcmp(lie, "version") == 0 ? WIRE_VERSION + 1 : WIRE_VERSION) == WIRE_MODEL) {
        wire_message message = wire_begin(99);
        socket = open_instance(control, &inputs, &outputs);
        if (strcmp(lie, "order") == 0) {
            wire_send(control, &message, NULL, 0);
        } else if (strcmp(lie, "index") == 0) {
            message = wire_begin(WIRE_CLOSE);
            wire_put_u32(&message, 1000000);
            wire_send(control, &message, NULL, 0);
        } else if (strcmp(lie, "frame") == 0) {
            const uint32_t frame[] = {WIRE_EXECUTE, UINT32_MAX};
            if (write(socket, frame, sizeof frame) < 0) return 2;
        } else if (strcmp(lie, "leaves") == 0) {
            /* As a server that was killed; not the control socket, which would end the engine by itself. */
            close(socket);
        } else {
            message = request(lie);
            wire_send(socket, &message, NULL, 0);
            wire_message answer;
            if (wire_receive(socket, &answer, NULL, 0)) printf("answered %u: ", answer.kind);
        }
    }
    for (int waited = 0; waited < 500 && waitpid(child, &status, WNOHANG) == 0; waited++) usleep(10000);
    if (kill(child, 0) == 0) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        printf("runs\n");
    } else if (WIFSIGNALED(status)) {
        printf("signal %d\n", WTERMSIG(status));
    } else {
        printf("exit %d\n", WEXITSTATUS(status));
    }
    return 0;
}
