#include "plugin.h"

#include <dlfcn.h>
#include <stdio.h>

static const char *missing_function(const quinion_backend *table) {
    if (table->model_create == NULL) return "model_create";
    if (table->model_destroy == NULL) return "model_destroy";
    if (table->model_info == NULL) return "model_info";
    if (table->instance_create == NULL) return "instance_create";
    if (table->instance_destroy == NULL) return "instance_destroy";
    if (table->execute == NULL) return "execute";
    return NULL;
}

const quinion_backend *plugin_open(const char *path, const quinion_host *host, char *reason, size_t reason_size) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return snprintf(reason, reason_size, "%s", dlerror()), NULL;
    void *symbol = dlsym(library, "quinion_backend_entry");
    if (symbol == NULL) return snprintf(reason, reason_size, "it does not export quinion_backend_entry"), NULL;
    const quinion_backend *table = ((quinion_backend_entry_fn)symbol)(host);
    if (table == NULL) return snprintf(reason, reason_size, "quinion_backend_entry returned NULL"), NULL;
    if (table->abi_major != host->abi_major || table->abi_minor > host->abi_minor) {
        snprintf(reason, reason_size, "it speaks ABI %u.%u, this server speaks %u.0 to %u.%u", table->abi_major,
                 table->abi_minor, host->abi_major, host->abi_major, host->abi_minor);
        return NULL;
    }
    if (table->struct_size < sizeof *table) {
        snprintf(reason, reason_size, "its table has %zu bytes, %zu are needed", table->struct_size, sizeof *table);
        return NULL;
    }
    const char *missing = missing_function(table);
    if (missing != NULL) return snprintf(reason, reason_size, "its table lacks %s", missing), NULL;
    return table;
}
