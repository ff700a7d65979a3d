// libibverbs (which brings libnl) and libpci (which brings libz and libudev) would cost every start half a millisecond, and
// no library of the field may be a condition for starting: `--version`, `explain` and image files need none. Each library
// is loaded at its first use. Where it is missing, its source is missing.
#include <dlfcn.h>
#include <errno.h>
#include <infiniband/verbs.h>
#include <stddef.h>

#include "lazy.h"

static void *function(void **library, const char *file, const char *name) {
  if (!*library) *library = dlopen(file, RTLD_NOW);
  void *found = *library ? dlsym(*library, name) : NULL;
  if (!found) errno = ELIBACC;
  return found;
}

void *rdmactl_pci_function(const char *name) {
  static void *library;
  return function(&library, "libpci.so.3", name);
}

void *rdmactl_lzma_function(const char *name) {
  static void *library;
  return function(&library, "liblzma.so.5", name);
}

void *rdmactl_zlib_function(const char *name) {
  static void *library;
  return function(&library, "libz.so.1", name);
}

void *rdmactl_mnl_function(const char *name) {
  static void *library;
  return function(&library, "libmnl.so.0", name);
}

void *rdmactl_umad_function(const char *name) {
  static void *library;
  return function(&library, "libibumad.so.3", name);
}

static void *verbs(const char *name) {
  static void *library;
  return function(&library, "libibverbs.so.1", name);
}

// The functions of libibverbs that HostLinux calls, under their own names: each passes its call on.
#define REAL(name) __typeof__(&name) real = (__typeof__(&name))verbs(#name)

struct ibv_device **ibv_get_device_list(int *count) {
  REAL(ibv_get_device_list);
  return real ? real(count) : NULL;
}

void ibv_free_device_list(struct ibv_device **list) {
  REAL(ibv_free_device_list);
  if (real) real(list);
}

const char *ibv_get_device_name(struct ibv_device *device) {
  REAL(ibv_get_device_name);
  return real ? real(device) : "";
}

struct ibv_context *ibv_open_device(struct ibv_device *device) {
  REAL(ibv_open_device);
  return real ? real(device) : NULL;
}

int ibv_close_device(struct ibv_context *context) {
  REAL(ibv_close_device);
  return real ? real(context) : ELIBACC;
}

int ibv_query_device(struct ibv_context *context, struct ibv_device_attr *attributes) {
  REAL(ibv_query_device);
  return real ? real(context, attributes) : ELIBACC;
}

#undef ibv_query_port
int ibv_query_port(struct ibv_context *context, uint8_t port, struct _compat_ibv_port_attr *attributes) {
  REAL(ibv_query_port);
  return real ? real(context, port, attributes) : ELIBACC;
}
