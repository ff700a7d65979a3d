// libmnl is loaded when netlink is first asked for, as libibverbs is: see lazy.c. Its functions stand here under their own
// names and pass their calls on; each is looked up once, for a whole machine's interfaces come as thousands of attributes.
// Without the library there is no socket, and no message is well formed.
#define _GNU_SOURCE
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CShims.h"
#include "lazy.h"

#define PASS(result, name, parameters, arguments, otherwise) \
  RDMACTL_PASS(rdmactl_mnl_function, result, name, parameters, arguments, otherwise)

PASS(struct mnl_socket *, mnl_socket_open2, (int bus, int flags), (bus, flags), NULL)
PASS(int, mnl_socket_bind, (struct mnl_socket * nl, unsigned int groups, pid_t pid), (nl, groups, pid), -1)
PASS(int, mnl_socket_close, (struct mnl_socket * nl), (nl), -1)
PASS(int, mnl_socket_get_fd, (const struct mnl_socket *nl), (nl), -1)
PASS(unsigned int, mnl_socket_get_portid, (const struct mnl_socket *nl), (nl), 0)
PASS(ssize_t, mnl_socket_sendto, (const struct mnl_socket *nl, const void *request, size_t size), (nl, request, size), -1)
PASS(ssize_t, mnl_socket_recvfrom, (const struct mnl_socket *nl, void *buffer, size_t size), (nl, buffer, size), -1)
PASS(
  int, mnl_socket_setsockopt, (const struct mnl_socket *nl, int type, void *buffer, socklen_t size),
  (nl, type, buffer, size), -1)
PASS(struct nlmsghdr *, mnl_nlmsg_put_header, (void *buffer), (buffer), NULL)
PASS(void *, mnl_nlmsg_put_extra_header, (struct nlmsghdr * message, size_t size), (message, size), NULL)
PASS(bool, mnl_nlmsg_ok, (const struct nlmsghdr *message, int length), (message, length), false)
PASS(struct nlmsghdr *, mnl_nlmsg_next, (const struct nlmsghdr *message, int *length), (message, length), NULL)
PASS(bool, mnl_nlmsg_seq_ok, (const struct nlmsghdr *message, unsigned int sequence), (message, sequence), false)
PASS(bool, mnl_nlmsg_portid_ok, (const struct nlmsghdr *message, unsigned int port), (message, port), false)
PASS(void *, mnl_nlmsg_get_payload, (const struct nlmsghdr *message), (message), NULL)
PASS(size_t, mnl_nlmsg_get_payload_len, (const struct nlmsghdr *message), (message), 0)
PASS(
  bool, mnl_attr_put_check,
  (struct nlmsghdr * message, size_t room, uint16_t type, size_t length, const void *data),
  (message, room, type, length, data), false)
PASS(
  struct nlattr *, mnl_attr_nest_start_check, (struct nlmsghdr * message, size_t room, uint16_t type),
  (message, room, type), NULL)
PASS(bool, mnl_attr_ok, (const struct nlattr *attribute, int length), (attribute, length), false)
PASS(struct nlattr *, mnl_attr_next, (const struct nlattr *attribute), (attribute), NULL)
PASS(uint16_t, mnl_attr_get_type, (const struct nlattr *attribute), (attribute), 0)
PASS(uint16_t, mnl_attr_get_payload_len, (const struct nlattr *attribute), (attribute), 0)
PASS(void *, mnl_attr_get_payload, (const struct nlattr *attribute), (attribute), NULL)

void mnl_attr_nest_end(struct nlmsghdr *message, struct nlattr *start) {
  void (*real)(struct nlmsghdr *, struct nlattr *) =
    (void (*)(struct nlmsghdr *, struct nlattr *))rdmactl_mnl_function("mnl_attr_nest_end");
  if (real) real(message, start);
}

struct rdmactl_sending {
  pthread_t thread;
  const struct mnl_socket *socket;
  void *bytes;
  size_t length;
  int code;
  int done;
};

static void *send_aside(void *argument) {
  struct rdmactl_sending *sending = argument;
  ssize_t sent;
  do sent = mnl_socket_sendto(sending->socket, sending->bytes, sending->length);
  while (sent < 0 && errno == EINTR);
  sending->code = sent < 0 ? errno : 0;
  eventfd_write(sending->done, 1);
  return NULL;
}

static void release(struct rdmactl_sending *sending) {
  if (sending->done >= 0) close(sending->done);
  free(sending->bytes);
  free(sending);
}

int rdmactl_send_begin(
  const struct mnl_socket *socket, const void *bytes, size_t length, struct rdmactl_sending **begun) {
  struct rdmactl_sending *sending = calloc(1, sizeof *sending);
  if (!sending) return ENOMEM;
  sending->socket = socket;
  sending->length = length;
  sending->bytes = malloc(length);
  sending->done = eventfd(0, EFD_CLOEXEC);
  int code = sending->done < 0 ? errno : sending->bytes ? 0 : ENOMEM;
  if (!code) {
    memcpy(sending->bytes, bytes, length);
    // Signals are for the thread that listens: this one is in the kernel.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    code = pthread_create(&sending->thread, NULL, send_aside, sending);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
  }
  if (code) {
    release(sending);
    return code;
  }
  *begun = sending;
  return 0;
}

int rdmactl_send_descriptor(const struct rdmactl_sending *sending) { return sending->done; }

int rdmactl_send_end(struct rdmactl_sending *sending) {
  pthread_join(sending->thread, NULL);
  int code = sending->code;
  release(sending);
  return code;
}

int rdmactl_ethtool(int socket, const char *interface, void *structure) {
  struct ifreq request = {0};
  if (strlen(interface) >= sizeof request.ifr_name) return ENODEV;
  strcpy(request.ifr_name, interface);
  request.ifr_data = structure;
  return ioctl(socket, SIOCETHTOOL, &request) < 0 ? errno : 0;
}

const char *rdmactl_errno_name(int code) {
  // The kernel's own, which it should not let out but does.
  return code == 524 ? "ENOTSUPP" : strerrorname_np(code);
}
