#include "CShims.h"

#include <errno.h>
#include <fcntl.h>
#include <pci/pci.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lazy.h"

// libpci's functions, each looked up at its call.
#define PCI(name) ((__typeof__(&name))rdmactl_pci_function(#name))

const char *rdmactl_commit(void) { return RDMACTL_COMMIT; }

// libpci calls its error callback and does not expect it to return: the way out is a jump to the last call of ours.
static _Thread_local jmp_buf failed;
static _Thread_local char words[256];
// The errno at that moment.
static _Thread_local int reason;

static void on_error(char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void on_error(char *format, ...) {
  reason = errno;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(words, sizeof words, format, arguments);
  va_end(arguments);
  longjmp(failed, 1);
}
static void silent(char *format, ...) __attribute__((format(printf, 1, 2)));
static void silent(char *format, ...) { (void)format; }

static struct pci_access *quiet_access(void) {
  // One that is there has them all.
  if (!PCI(pci_alloc)) return NULL;
  struct pci_access *access = PCI(pci_alloc)();
  access->error = on_error;
  access->warning = silent;
  access->debug = silent;
  return access;
}

// An error while cleaning up leaves what is left of the access to the process.
static void clean_up(struct pci_access *access) {
  if (setjmp(failed) == 0) PCI(pci_cleanup)(access);
}

int rdmactl_pci_name(const char *ids_path, uint16_t vendor, uint16_t device, char *name, int size) {
  struct pci_access *volatile access = quiet_access();
  const char *volatile found = NULL;
  if (!access) return -1;
  if (setjmp(failed) == 0) {
    if (ids_path) {
      PCI(pci_set_name_list_path)(access, strdup(ids_path), 1);
      PCI(pci_set_param)(access, "hwdb.disable", "1");
    }
    found = PCI(pci_lookup_name)(
      access, name, size, PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_NUMBERS, (int)vendor, (int)device);
  }
  int result = found ? 0 : -1;
  clean_up(access);
  return result;
}

int rdmactl_pci_configuration(
  const char *sysfs_path, int domain, int bus, int device, int function, uint8_t *bytes, int size, char *error,
  int error_size) {
  struct pci_access *volatile access = quiet_access();
  struct pci_dev *volatile found = NULL;
  volatile int got = -1;
  words[0] = 0;
  if (!access) {
    snprintf(error, error_size, "libpci is not installed");
    return -1;
  }
  if (setjmp(failed) == 0) {
    access->method = PCI_ACCESS_SYS_BUS_PCI;
    if (sysfs_path) PCI(pci_set_param)(access, "sysfs.path", (char *)sysfs_path);
    PCI(pci_init)(access);
    found = PCI(pci_get_dev)(access, domain, bus, device, function);
    static const int lengths[] = {4096, 256, 64};
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths && got < 0; i++)
      if (lengths[i] <= size && PCI(pci_read_block)(found, 0, bytes, lengths[i])) got = lengths[i];
  }
  if (got < 0) snprintf(error, error_size, "%s", words[0] ? words : "its configuration space cannot be read");
  if (found) PCI(pci_free_dev)(found);
  clean_up(access);
  return got;
}

struct rdmactl_pci_device {
  struct pci_access *access;
  struct pci_dev *device;
};

// What libpci only warns of (a file that does not open, a read that fails) comes back as 0 and no more.

static void on_warning(char *format, ...) __attribute__((format(printf, 1, 2)));
static void on_warning(char *format, ...) {
  reason = errno;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(words, sizeof words, format, arguments);
  va_end(arguments);
}

static void forget_failures(void) {
  words[0] = 0;
  reason = 0;
  errno = 0;
}

// Why the last call failed: libpci's words with the system's, and an errno.
static int explain(const char *otherwise, int otherwise_reason, char *error, int error_size) {
  int code = reason ? reason : errno ? errno : otherwise_reason;
  const char *system = strerror(code);
  if (!words[0])
    snprintf(error, error_size, "%s", otherwise);
  else if (strstr(words, system))
    snprintf(error, error_size, "%s", words);
  else
    snprintf(error, error_size, "%s: %s", words, system);
  return code;
}

int rdmactl_pci_open(
  const char *sysfs_path, int domain, int bus, int device, int function, struct rdmactl_pci_device **opened,
  char *error, int error_size) {
  char path[512];
  snprintf(
    path, sizeof path, "%s/devices/%04x:%02x:%02x.%d/config", sysfs_path ? sysfs_path : "/sys/bus/pci", domain, bus,
    device, function);
  forget_failures();
  if (access(path, R_OK | W_OK) != 0) return explain(strerror(errno), EIO, error, error_size);
  struct pci_access *volatile pci = quiet_access();
  if (!pci) {
    snprintf(error, error_size, "libpci is not installed");
    return ELIBACC;
  }
  struct rdmactl_pci_device *volatile made = calloc(1, sizeof *made);
  if (setjmp(failed) == 0) {
    if (made) {
      pci->warning = on_warning;
      pci->writeable = 1;
      pci->method = PCI_ACCESS_SYS_BUS_PCI;
      if (sysfs_path) PCI(pci_set_param)(pci, "sysfs.path", (char *)sysfs_path);
      PCI(pci_init)(pci);
      made->access = pci;
      made->device = PCI(pci_get_dev)(pci, domain, bus, device, function);
      *opened = made;
      return 0;
    }
  }
  int code = explain("it cannot be opened", ENOMEM, error, error_size);
  free(made);
  clean_up(pci);
  return code;
}

enum { most_bytes = 64 };

static int too_many(int count, char *error, int error_size) {
  if (count >= 0 && count <= most_bytes / 4) return 0;
  snprintf(error, error_size, "too many dwords at a time");
  return EINVAL;
}

// A short read is what a process without rights gets above the first 64 bytes.
int rdmactl_pci_read(
  struct rdmactl_pci_device *opened, int offset, uint32_t *dwords, int count, char *error, int error_size) {
  uint8_t bytes[most_bytes];
  forget_failures();
  if (too_many(count, error, error_size)) return EINVAL;
  if (setjmp(failed) == 0) {
    if (PCI(pci_read_block)(opened->device, offset, bytes, 4 * count)) {
      for (int i = 0; i < count; i++)
        dwords[i] =
          bytes[4 * i] | bytes[4 * i + 1] << 8 | bytes[4 * i + 2] << 16 | (uint32_t)bytes[4 * i + 3] << 24;
      return 0;
    }
  }
  return explain("its configuration space may be read in part only", EACCES, error, error_size);
}

int rdmactl_pci_write(
  struct rdmactl_pci_device *opened, int offset, const uint32_t *dwords, int count, char *error, int error_size) {
  uint8_t bytes[most_bytes];
  forget_failures();
  if (too_many(count, error, error_size)) return EINVAL;
  for (int i = 0; i < count; i++)
    for (int byte = 0; byte < 4; byte++) bytes[4 * i + byte] = dwords[i] >> 8 * byte;
  if (setjmp(failed) == 0) {
    if (PCI(pci_write_block)(opened->device, offset, bytes, 4 * count)) return 0;
  }
  return explain("its configuration space cannot be written", EIO, error, error_size);
}

void rdmactl_pci_close(struct rdmactl_pci_device *opened) {
  if (setjmp(failed) == 0) PCI(pci_free_dev)(opened->device);
  clean_up(opened->access);
  free(opened);
}

void *rdmactl_map(const char *path, long length) {
  int descriptor = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
  if (descriptor < 0) return NULL;
  struct stat status;
  void *base = NULL;
  if (fstat(descriptor, &status) == 0) {
    // A register behind the end of the file would be a bus error.
    if (status.st_size < length)
      errno = ENXIO;
    else if ((base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)) == MAP_FAILED)
      base = NULL;
  }
  int code = errno;
  close(descriptor);
  errno = code;
  return base;
}

void rdmactl_unmap(void *base, long length) { munmap(base, length); }
