// Loaded before librspreload by `rdmactl sock run --compat`. Before 2026 that library leaves a socket to the kernel which is
// opened with SOCK_CLOEXEC or SOCK_NONBLOCK, and has no accept4(2): here the flags are set after the call, as a program
// without these flags does it. Everything else is librspreload's.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { flags_of_type = SOCK_CLOEXEC | SOCK_NONBLOCK };

static int set_flags(int descriptor, int flags) {
  if (descriptor < 0) return descriptor;
  if (flags & SOCK_NONBLOCK) fcntl(descriptor, F_SETFL, O_NONBLOCK);
  // The number is that of a placeholder: the kernel's own call, since librspreload knows no F_SETFD.
  if (flags & SOCK_CLOEXEC) syscall(SYS_fcntl, descriptor, F_SETFD, FD_CLOEXEC);
  return descriptor;
}

int socket(int domain, int type, int protocol) {
  static int (*next)(int, int, int);
  if (!next) next = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
  int is_stream = (domain == AF_INET || domain == AF_INET6) && (type & ~flags_of_type) == SOCK_STREAM;
  return is_stream ? set_flags(next(domain, type & ~flags_of_type, protocol), type) : next(domain, type, protocol);
}

int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags) {
  return set_flags(accept(descriptor, address, length), flags);
}
