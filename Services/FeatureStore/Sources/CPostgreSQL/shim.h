#ifndef QUINION_POSTGRESQL_H
#define QUINION_POSTGRESQL_H

// Debian keeps the header in a folder of its own; where pkg-config was asked before the package was there, its path is unknown.
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

#endif
