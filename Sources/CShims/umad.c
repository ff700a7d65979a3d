// The functions of libibumad that HostLinux calls, under their own names: see lazy.c. Without the library `umad_init` fails,
// and nothing else is called. libibumad finds `open`, `read` and `ioctl` as every library does, so ibsim's preloaded
// replacements reach it.
#include <errno.h>
#include <infiniband/umad.h>

#include "lazy.h"

#define PASS(result, name, parameters, arguments, otherwise) \
  RDMACTL_PASS(rdmactl_umad_function, result, name, parameters, arguments, otherwise)

PASS(int, umad_init, (void), (), -ELIBACC)
PASS(int, umad_open_port, (const char *device, int port), (device, port), -ELIBACC)
PASS(int, umad_close_port, (int port), (port), -ELIBACC)
PASS(
  int, umad_register, (int port, int class, int version, uint8_t rmpp_version, long method_mask[16 / sizeof(long)]),
  (port, class, version, rmpp_version, method_mask), -ELIBACC)
PASS(int, umad_unregister, (int port, int agent), (port, agent), -ELIBACC)
PASS(size_t, umad_size, (void), (), 0)
PASS(void *, umad_get_mad, (void *umad), (umad), NULL)
PASS(
  int, umad_set_addr, (void *umad, int lid, int queue_pair, int service_level, int queue_key),
  (umad, lid, queue_pair, service_level, queue_key), -ELIBACC)
PASS(int, umad_set_pkey, (void *umad, int index), (umad, index), -ELIBACC)
PASS(int, umad_status, (void *umad), (umad), ELIBACC)
PASS(
  int, umad_send, (int port, int agent, void *umad, int length, int timeout, int retries),
  (port, agent, umad, length, timeout, retries), -ELIBACC)
PASS(int, umad_recv, (int port, void *umad, int *length, int timeout), (port, umad, length, timeout), -ELIBACC)
PASS(int, umad_poll, (int port, int timeout), (port, timeout), -ELIBACC)
