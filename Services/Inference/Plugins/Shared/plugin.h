/* Opens a plugin as the server does. */
#ifndef QUINION_PLUGIN_H
#define QUINION_PLUGIN_H

#include <stddef.h>

#include "quinion_backend.h"

/* The plugin's table, or NULL and what is wrong with it. The library stays open until the process ends. */
const quinion_backend *plugin_open(const char *path, const quinion_host *host, char *reason, size_t reason_size);

#endif
