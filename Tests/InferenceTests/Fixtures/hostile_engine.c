/*
 * What stands in for quinion-engine when the engine has gone mad: it loads and opens anything, and then lies to the server in
 * the way that LIE, a word given to the compiler, says. Its model is the test plugin's: `x` FP32 [-1] to `y` and `z`.
 */
#define _GNU_SOURCE

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "quinion_backend.h"
#include "wire.h"

static bool lies(const char *how) {
    return strcmp(LIE, how) == 0;
}

static void put_tensor(wire_message *message, const char *name) {
    const int64_t shape[] = {-1};
    wire_put_text(message, name);
    wire_put_u32(message, lies("datatype") ? 200 : QUINION_FP32);
    wire_put_u32(message, lies("model_rank") ? 70000 : 1);
    wire_put(message, shape, sizeof shape);
}

static void describe(void) {
    wire_message message = wire_begin(WIRE_MODEL);
    wire_put_text(&message, "mad");
    wire_put_text(&message, "Mad 1.0");
    wire_put_u32(&message, lies("inputs") ? 4000000000u : 1);
    put_tensor(&message, "x");
    if (!lies("cut_model")) {
        wire_put_u32(&message, 2);
        put_tensor(&message, "y");
        put_tensor(&message, "z");
    }
    if (lies("no_name")) message.bytes[4] = 'x', message.bytes[message.size - 1] = 'x', message.size = 7;
    wire_send(WIRE_CONTROL_FILE, &message, NULL, 0);
    wire_free(&message);
}

static void answer(int socket, wire_region *outputs) {
    const float value = 1;
    const int64_t shape[] = {1};
    wire_message message = wire_begin(lies("kind") ? 77 : lies("failure") ? WIRE_FAILURE : WIRE_DONE);
    if (!wire_region_reserve(outputs, 4096)) _exit(3);
    memcpy(outputs->bytes, &value, sizeof value);
    for (int i = 0; i < 2 && !lies("cut"); i++) {
        wire_put_u32(&message, lies("unallocated") ? 0 : 1);
        wire_put_u32(&message, lies("rank") ? 1000000000 : 1);
        wire_put_u64(&message, lies("position") ? UINT64_MAX - 2 : lies("beyond") ? 1 << 30 : 0);
        wire_put_u64(&message, lies("size") ? UINT64_MAX : sizeof value);
        wire_put(&message, shape, sizeof shape);
    }
    const uint32_t huge[] = {WIRE_DONE, UINT32_MAX};
    if (lies("frame")) (void)!write(socket, huge, sizeof huge);
    else if (lies("leaves")) close(socket);
    else wire_send(socket, &message, NULL, 0);
    wire_free(&message);
}

int main(void) {
    wire_message message, done = wire_begin(WIRE_DONE);
    int files[3], socket = -1;
    wire_region outputs;
    while (wire_receive(WIRE_CONTROL_FILE, &message, files, 3)) {
        if (message.kind == WIRE_START) describe();
        else wire_send(WIRE_CONTROL_FILE, &done, NULL, 0);
        if (message.kind == WIRE_OPEN) {
            socket = files[0];
            /* What it may not do to memory that the server maps. */
            if (lies("shrinks") && ftruncate(files[1], 0) == 0) _exit(3);
            if (!wire_region_attach(&outputs, files[2])) _exit(3);
            if (fork() == 0) {
                while (wire_receive(socket, &message, NULL, 0)) answer(socket, &outputs);
                _exit(0);
            }
            close(socket);
        }
    }
    return 0;
}
