#include "CShims.h"

#include <errno.h>
#include <fcntl.h>
#include <pci/pci.h>
#include <setjmp.h>
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

static void on_error(char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void on_error(char *format, ...) {
  (void)format;
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
