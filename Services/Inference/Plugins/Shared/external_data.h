/* Which files an ONNX model would have its engine read. */
#ifndef QUINION_EXTERNAL_DATA_H
#define QUINION_EXTERNAL_DATA_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether every file of weights that the ONNX model at `path` names lies in the model's own folder: not above it, not by an
 * absolute path, not through a symbolic link that leaves it, and not as a second name of a file from elsewhere (a hard
 * link). Engines open what the model says (CVE-2022-25882, CVE-2024-27318, CVE-2026-34447), and a model may come from a
 * stranger. Where not, or where the file is no ONNX model, `reason` says what is wrong.
 */
bool external_data_is_contained(const char *path, char *reason, size_t reason_size);

#endif
