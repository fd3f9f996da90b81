/*
 * quinion_backend.h: the interface between Quinion's inference server (the host) and a backend plugin.
 *
 * A plugin is a shared library that runs models with exactly one engine. It is written in C or C++, exports one
 * function, `quinion_backend_entry`, and passes only the C data of this file. It knows nothing of HTTP, of JSON or of
 * Swift. A minimal plugin fits on one page: see "Writing a backend" in Services/Inference/README.md.
 *
 * LIFE OF A PLUGIN
 *
 *     quinion_backend_entry            once, after dlopen(RTLD_NOW | RTLD_LOCAL)
 *       initialize                     once (optional)
 *         model_create                 per model version
 *           model_info                 once, straight after model_create
 *           instance_create            per instance
 *             execute ...              per request
 *           instance_destroy
 *         model_destroy
 *       finalize                       at exit of the host (optional)
 *
 * The library is never closed with dlclose, so engines may leave threads and static objects behind.
 *
 * THREADS
 *
 * - `quinion_backend_entry`, `initialize`, `model_create`, `model_info`, `model_destroy` and `finalize` of one plugin
 *   never run at the same time as one another, but may each run on a different thread. They may run while instances
 *   of other models execute.
 * - Every instance belongs to one thread of the host: `instance_create`, `execute` and `instance_destroy` of an
 *   instance are called on that thread and no other, one call at a time. An instance needs no lock.
 * - A plugin whose table says `any_thread` lets the host call `execute` on other threads too, still one call of an
 *   instance at a time: a model of some microseconds then runs where its request was read. Say so only where an
 *   engine keeps nothing for each thread that calls it.
 * - Different instances, also those of one model, execute at the same time. What they share through the model must be
 *   immutable or locked by the plugin.
 * - Every call may block as long as the work takes. Functions of `quinion_host` may be called from any thread, but
 *   those that take a `quinion_execution` only until the `execute` that received it returns.
 *
 * MEMORY
 *
 * - What the host passes in is valid until the call returns, unless the field says otherwise. Copy what you keep.
 * - Inputs are not copied: `data` points into the request as it came from the network, aligned to the width of its
 *   element and to no more. They are read-only; nothing behind `byte_size` may be read.
 * - Outputs are allocated by the host (`output_allocate`) and written by the plugin before `execute` returns.
 * - Errors are objects of the host. Returning one hands it over; NULL means success. After an error the host calls
 *   nothing on the object that was to be created, and what `*result` holds is not looked at.
 *
 * DEVICES
 *
 * A buffer is an address and where it counts (`quinion_memory`). Inputs come in CPU memory unless the plugin's
 * `input_memory` names other kinds that it reads without a copy of its own. For an output the plugin says where it would
 * like to write and the host answers where the buffer is; the plugin copies when the two differ. A plugin that knows only
 * CPU memory leaves everything about devices zero.
 *
 * No exception may leave a plugin; no function may call exit or change the locale, the signal handlers or the working
 * directory of the process.
 *
 * VERSIONS
 *
 * The host refuses a plugin whose `abi_major` differs from its own or whose `abi_minor` is greater. A minor version only
 * appends members at the end of a structure that begins with `struct_size`, which says how much of it the other side knows;
 * structures without it never change within a major version.
 *
 * CHECKING A PLUGIN
 *
 *     backend-conformance libquinion_NAME.so MODEL [key=value ...]
 *
 * runs a plugin through what this file says; `make plugins` builds it, from C alone. The host may also run any plugin in a
 * process of its own (`"isolation": "process"` of a model): that changes nothing for the plugin.
 */
#ifndef QUINION_BACKEND_H
#define QUINION_BACKEND_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QUINION_BACKEND_ABI_MAJOR 2u
#define QUINION_BACKEND_ABI_MINOR 1u

/* Put before the definition of quinion_backend_entry; compile the rest with -fvisibility=hidden. */
#define QUINION_BACKEND_EXPORT __attribute__((visibility("default")))

/* Objects of the host. */
typedef struct quinion_error quinion_error;
typedef struct quinion_execution quinion_execution;
typedef struct quinion_scope quinion_scope; /* a model version, as the subject of a log line or a metric */

/* Objects of the plugin, which defines these structures as it likes. */
typedef struct quinion_backend_state quinion_backend_state;
typedef struct quinion_model quinion_model;
typedef struct quinion_instance quinion_instance;

/* Element types, named as in the Open Inference Protocol. Widths in bytes are in parentheses. */
typedef enum quinion_datatype {
    QUINION_BOOL = 1,    /* (1) 0 or 1 */
    QUINION_UINT8 = 2,   /* (1) */
    QUINION_UINT16 = 3,  /* (2) */
    QUINION_UINT32 = 4,  /* (4) */
    QUINION_UINT64 = 5,  /* (8) */
    QUINION_INT8 = 6,    /* (1) */
    QUINION_INT16 = 7,   /* (2) */
    QUINION_INT32 = 8,   /* (4) */
    QUINION_INT64 = 9,   /* (8) */
    QUINION_FP16 = 10,   /* (2) IEEE 754 binary16 */
    QUINION_BF16 = 11,   /* (2) upper half of a binary32 */
    QUINION_FP32 = 12,   /* (4) */
    QUINION_FP64 = 13,   /* (8) */
    QUINION_BYTES = 14   /* (variable) per element: length as little-endian uint32, then that many bytes */
} quinion_datatype;

/* Where the bytes of a buffer lie. This version of the host passes and allocates QUINION_MEMORY_CPU only. */
typedef enum quinion_memory_kind {
    QUINION_MEMORY_CPU = 0,
    QUINION_MEMORY_CPU_PINNED = 1, /* page-locked: a device copies it without a detour; the processor reads it as any */
    QUINION_MEMORY_CUDA = 2        /* global memory of a CUDA device, work on it ordered by the device's default stream */
} quinion_memory_kind;

typedef struct quinion_memory {
    quinion_memory_kind kind;
    int32_t device; /* number of the CUDA device; else 0 */
} quinion_memory;

typedef enum quinion_error_code {
    QUINION_INTERNAL = 1,         /* the engine failed */
    QUINION_INVALID_ARGUMENT = 2, /* the request or the model's configuration is at fault; the message says what */
    QUINION_UNSUPPORTED = 3,      /* the engine cannot do this */
    QUINION_UNAVAILABLE = 4,      /* a resource is missing: memory, a device, a file */
    QUINION_CANCELLED = 5         /* execution_cancelled was true and the plugin stopped */
} quinion_error_code;

typedef enum quinion_log_level {
    QUINION_LOG_DEBUG = 1,
    QUINION_LOG_INFO = 2,
    QUINION_LOG_WARNING = 3,
    QUINION_LOG_ERROR = 4
} quinion_log_level;

/* The parts of an execution, for the statistics that Triton's users know as compute input, infer and output. */
typedef enum quinion_phase {
    QUINION_PHASE_COMPUTE = 1, /* inputs are where the engine wants them: it starts */
    QUINION_PHASE_OUTPUT = 2   /* the engine has ended: what follows moves outputs */
} quinion_phase;

/* A string setting of a model: `parameters` of its config.json, numbers and booleans in their JSON spelling. */
typedef struct quinion_parameter {
    const char *key;
    const char *value;
} quinion_parameter;

/* What a model expects or produces. A dimension of -1 is free. The batch dimension, if the model has one, is included. */
typedef struct quinion_tensor_info {
    const char *name;
    quinion_datatype datatype;
    uint32_t rank;
    const int64_t *shape; /* `rank` dimensions */
} quinion_tensor_info;

/* An input. Row-major, no padding. */
typedef struct quinion_tensor {
    const char *name;
    quinion_datatype datatype;
    uint32_t rank;
    const int64_t *shape; /* `rank` dimensions, each >= 1 */
    const void *data;     /* aligned to the element's width */
    uint64_t byte_size;   /* equals the product of the shape times the width; free for QUINION_BYTES */
    quinion_memory memory;
} quinion_tensor;

/* Room for an output. */
typedef struct quinion_buffer {
    void *data;            /* out: 64-byte aligned, not cleared; NULL when byte_size is 0 */
    uint64_t byte_size;    /* in */
    quinion_memory memory; /* in: where the plugin would like to write; out: where `data` is */
} quinion_buffer;

/* A model version to load. */
typedef struct quinion_model_spec {
    size_t struct_size;
    const char *name;
    const char *version;
    const char *path;        /* absolute path of the model's file or, where the format is one, folder */
    uint32_t instance_count; /* instances that will be created: divide threads by it */
    uint32_t cpu_count;      /* processors this process may use */
    size_t parameter_count;
    const quinion_parameter *parameters; /* refuse a key you do not know, naming it */
    const quinion_scope *scope;          /* valid until model_destroy returns */
} quinion_model_spec;

/* Filled by the plugin; all pointers stay valid until model_destroy. */
typedef struct quinion_model_info {
    size_t struct_size;   /* set by the host */
    const char *platform; /* the format as the engine names it, for example "openvino_onnx"; not NULL */
    size_t input_count;
    const quinion_tensor_info *inputs;
    size_t output_count;
    const quinion_tensor_info *outputs;
} quinion_model_info;

/* One execution. The host has checked the inputs against model_info: names, datatypes, shapes, byte sizes. */
typedef struct quinion_request {
    size_t struct_size;
    quinion_execution *execution;
    size_t input_count; /* equals input_count of model_info */
    const quinion_tensor *inputs; /* in the order of model_info */
    size_t output_count;
    const uint32_t *outputs; /* which outputs to produce, as indexes into model_info, ascending */
    uint64_t output_limit;   /* bytes that all outputs together may take */
} quinion_request;

/* What the host offers. The table is valid until the process ends. */
typedef struct quinion_host {
    size_t struct_size;
    uint32_t abi_major;
    uint32_t abi_minor;

    /* Makes an error; the message is copied, UTF-8. Never NULL. */
    quinion_error *(*error_create)(quinion_error_code code, const char *message);

    /* Frees an error that the plugin does not return after all. */
    void (*error_release)(quinion_error *error);

    /* Writes to the log of the server. The message is copied. `scope` is NULL for what belongs to no model. */
    void (*log)(const quinion_scope *scope, quinion_log_level level, const char *message);

    /*
     * Metrics of the plugin, shown as quinion_backend_NAME_total and quinion_backend_NAME with backend, model and version as
     * labels. `name` is [a-z][a-z0-9_]*, at most 48 bytes, with its unit where it has one ("arena_bytes"). A counter grows,
     * a gauge is set. Cheap, but not for an inner loop. More than 64 names are ignored. The gauge "memory_bytes" is what the
     * model takes of the processor's memory, and is also shown where Triton's clients look for it (memory_usage).
     */
    void (*counter_add)(const quinion_scope *scope, const char *name, uint64_t amount);
    void (*gauge_set)(const quinion_scope *scope, const char *name, double value);

    /*
     * Allocates output `output` (an index into model_info) of `buffer->byte_size` bytes. Call it once per requested output,
     * before `execute` returns. Fails when the output was not requested or exists already, when datatype or shape contradict
     * model_info, when byte_size is not what they need, or when it exceeds output_limit: return that error.
     */
    quinion_error *(*output_allocate)(quinion_execution *execution, uint32_t output, quinion_datatype datatype,
                                      uint32_t rank, const int64_t *shape, quinion_buffer *buffer);

    /* Optional to call: marks the time at which a part of the execution begins, each at most once and in order. */
    void (*execution_phase)(quinion_execution *execution, quinion_phase phase);

    /* Not 0 when nobody waits for the result any more. A long execution may poll it and return QUINION_CANCELLED. */
    int (*execution_cancelled)(const quinion_execution *execution);
} quinion_host;

/* What a plugin offers. Members are required unless marked optional, where NULL means "does not need it". */
typedef struct quinion_backend {
    size_t struct_size; /* sizeof(quinion_backend) */
    uint32_t abi_major; /* QUINION_BACKEND_ABI_MAJOR */
    uint32_t abi_minor; /* QUINION_BACKEND_ABI_MINOR */
    const char *name;   /* for example "openvino" */
    const char *engine; /* engine and version for logs and metadata, for example "OpenVINO 2026.4.1"; optional */
    uint32_t input_memory; /* kinds beside CPU in which inputs may come: bits 1 << quinion_memory_kind; else 0 */

    /* Optional. Starts the engine. `*result` is passed to model_create and finalize; without this member NULL is. */
    quinion_error *(*initialize)(quinion_backend_state **result);

    /* Optional. Stops the engine after every model was destroyed. */
    void (*finalize)(quinion_backend_state *state);

    /* Reads and compiles a model. */
    quinion_error *(*model_create)(quinion_backend_state *state, const quinion_model_spec *spec,
                                   quinion_model **result);

    /* Called after every instance of the model was destroyed. */
    void (*model_destroy)(quinion_model *model);

    /* Describes inputs and outputs. */
    quinion_error *(*model_info)(quinion_model *model, quinion_model_info *info);

    /* Makes what one thread needs to execute. `index` counts from 0 to instance_count - 1. */
    quinion_error *(*instance_create)(quinion_model *model, uint32_t index, quinion_instance **result);

    void (*instance_destroy)(quinion_instance *instance);

    /* Runs the model once and allocates and writes every requested output. After an error the instance stays usable. */
    quinion_error *(*execute)(quinion_instance *instance, const quinion_request *request);

    /* Since 2.1. Not 0 where `execute` may be called on any thread. */
    uint32_t any_thread;
} quinion_backend;

/*
 * The one exported function. Keeps `host` and returns the plugin's table, valid until the process ends. It must not start
 * the engine and must return the table also when the host's version does not suit it: the host compares.
 */
typedef const quinion_backend *(*quinion_backend_entry_fn)(const quinion_host *host);
QUINION_BACKEND_EXPORT const quinion_backend *quinion_backend_entry(const quinion_host *host);

#ifdef __cplusplus
}
#endif

#endif
