// Which network name space this process and its /sys belong to.
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CShims.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

// linux/mount.h; the C library has functions for these system calls only since glibc 2.36.
enum { fsopen_close_on_exec = 1, fsconfig_create = 6, fsmount_close_on_exec = 1 };

uint64_t rdmactl_namespace_cookie(int socket) {
  uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  return getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}

// A mount that is attached nowhere and goes with its descriptor. The kernel has one sysfs per network name space
// (fs/sysfs/mount.c, kernfs_get_tree), so every mount of it has the same device number.
int rdmactl_sysfs_is_ours(void) {
  int context = syscall(SYS_fsopen, "sysfs", fsopen_close_on_exec);
  if (context < 0) return -1;
  int mounted = -1;
  if (syscall(SYS_fsconfig, context, fsconfig_create, NULL, NULL, 0) == 0)
    mounted = syscall(SYS_fsmount, context, fsmount_close_on_exec, 0);
  close(context);
  if (mounted < 0) return -1;
  struct stat ours, shown;
  int known = fstat(mounted, &ours) == 0 && stat("/sys/class", &shown) == 0;
  close(mounted);
  return known ? ours.st_dev == shown.st_dev : -1;
}

int rdmactl_interface_index(int socket, const char *interface) {
  struct ifreq request = {0};
  if (strlen(interface) >= sizeof request.ifr_name) return 0;
  strcpy(request.ifr_name, interface);
  return ioctl(socket, SIOCGIFINDEX, &request) == 0 ? request.ifr_ifindex : 0;
}
