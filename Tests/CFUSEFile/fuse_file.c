// The kernel's own description of the protocol is <linux/fuse.h>. One file means few requests: the root is the file itself.
#define _GNU_SOURCE
#include "fuse_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { largest_data = 128 << 10, request_room = largest_data + 4096 };

int fuse_file_own_namespace(void) {
  if (unshare(CLONE_NEWNS) != 0) return errno;
  return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 ? 0 : errno;
}

int fuse_file_lay_empty(const char *directory) {
  return mount("none", directory, "tmpfs", 0, "mode=0777") == 0 ? 0 : errno;
}

int fuse_file_lay(const char *path) {
  int descriptor = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  char options[128];
  snprintf(options, sizeof options, "fd=%d,rootmode=100644,user_id=0,group_id=0,allow_other", descriptor);
  if (mount("adapter", path, "fuse", MS_NOSUID | MS_NODEV, options) == 0) return descriptor;
  int reason = errno;
  close(descriptor);
  return -reason;
}

pid_t fuse_file_start(char *const *arguments) {
  pid_t process;
  int reason = posix_spawnp(&process, arguments[0], NULL, NULL, arguments, environ);
  return reason == 0 ? process : -reason;
}

static void answer(int descriptor, uint64_t unique, int error, const void *data, size_t size) {
  struct fuse_out_header header = {.len = (uint32_t)(sizeof header + (error ? 0 : size)), .error = -error, .unique = unique};
  struct iovec parts[] = {{&header, sizeof header}, {(void *)data, error ? 0 : size}};
  // ENOENT: the one who asked was killed meanwhile.
  ssize_t written = writev(descriptor, parts, 2);
  (void)written;
}

static struct fuse_attr attributes(uint64_t size) {
  return (struct fuse_attr){.ino = FUSE_ROOT_ID, .size = size, .mode = S_IFREG | 0644, .nlink = 1, .blksize = 4096};
}

static void serve_one(int descriptor, uint64_t size, const uint8_t *request, void *context, fuse_file_read read_bytes,
                      fuse_file_write write_bytes) {
  static uint8_t data[largest_data];
  const struct fuse_in_header *header = (const void *)request;
  const void *body = request + sizeof *header;
  switch (header->opcode) {
    case FUSE_INIT: {
      const struct fuse_init_in *theirs = body;
      struct fuse_init_out ours = {.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = largest_data,
                                   .max_readahead = theirs->max_readahead, .max_background = 16, .congestion_threshold = 12,
                                   .time_gran = 1};
      answer(descriptor, header->unique, 0, &ours, sizeof ours);
      break;
    }
    case FUSE_GETATTR:
    case FUSE_SETATTR: {
      struct fuse_attr_out out = {.attr = attributes(size)};
      answer(descriptor, header->unique, 0, &out, sizeof out);
      break;
    }
    case FUSE_OPEN: {
      struct fuse_open_out out = {.open_flags = FOPEN_DIRECT_IO};
      answer(descriptor, header->unique, 0, &out, sizeof out);
      break;
    }
    case FUSE_READ: {
      const struct fuse_read_in *in = body;
      uint32_t wanted = in->size < largest_data ? in->size : largest_data;
      int count = read_bytes(context, (pid_t)header->pid, in->offset, data, wanted);
      answer(descriptor, header->unique, count < 0 ? -count : 0, data, count < 0 ? 0 : (size_t)count);
      break;
    }
    case FUSE_WRITE: {
      const struct fuse_write_in *in = body;
      int count = write_bytes(context, (pid_t)header->pid, in->offset, (const uint8_t *)(in + 1), in->size);
      struct fuse_write_out out = {.size = count < 0 ? 0 : (uint32_t)count};
      answer(descriptor, header->unique, count < 0 ? -count : 0, &out, sizeof out);
      break;
    }
    case FUSE_STATFS: {
      struct fuse_statfs_out out = {.st = {.bsize = 4096, .namelen = 255}};
      answer(descriptor, header->unique, 0, &out, sizeof out);
      break;
    }
    case FUSE_RELEASE:
    case FUSE_FLUSH:
    case FUSE_FSYNC:
    case FUSE_ACCESS:
    case FUSE_DESTROY: answer(descriptor, header->unique, 0, NULL, 0); break;
    // These want no answer.
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT: break;
    default: answer(descriptor, header->unique, ENOSYS, NULL, 0);
  }
}

int fuse_file_serve(int descriptor, uint64_t size, pid_t process, void *context, fuse_file_read read_bytes,
                    fuse_file_write write_bytes) {
  static _Alignas(8) uint8_t request[request_room];
  int end = (int)syscall(SYS_pidfd_open, process, 0);
  for (;;) {
    struct pollfd wait[] = {{.fd = descriptor, .events = POLLIN}, {.fd = end, .events = POLLIN}};
    // Without a descriptor for the process it is looked at ten times a second.
    if (poll(wait, end < 0 ? 1 : 2, end < 0 ? 100 : -1) < 0 && errno != EINTR) break;
    if (wait[0].revents & POLLIN) {
      ssize_t count = read(descriptor, request, sizeof request);
      if (count >= (ssize_t)sizeof(struct fuse_in_header)) {
        serve_one(descriptor, size, request, context, read_bytes, write_bytes);
        continue;
      }
      if (count < 0 && errno == ENODEV) break;
    }
    int status;
    if (waitpid(process, &status, WNOHANG) == process) {
      if (end >= 0) close(end);
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
  return 255;
}
