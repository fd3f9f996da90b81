# What the Makefiles of the plugins have in common. Needs a C compiler and make, no Swift.
#
#   OUTPUT          folder of the plugins    (default: .build/plugins of the repository)
#   QUINION_CACHE   where deploy/setup keeps the engines

PLUGINS := $(abspath $(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
ABI := $(abspath $(PLUGINS)/../Sources/BackendABI/include)
SHARED := $(PLUGINS)/Shared
OUTPUT ?= $(abspath $(PLUGINS)/../../../.build/plugins)

CC ?= cc
CXX ?= g++
CFLAGS ?= -O2 -g
CXXFLAGS ?= -O2 -g
PLUGIN_FLAGS := -Wall -Wextra -Werror -fPIC -fvisibility=hidden -shared -I$(ABI) -I$(SHARED)
# Every symbol must be found at build time; only quinion_backend_entry is seen from outside.
PLUGIN_LINK := -Wl,--no-undefined -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,--exclude-libs,ALL
