#include "CShims.h"

#include <pci/pci.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lazy.h"

// libpci's functions, each looked up at its call.
#define PCI(name) ((__typeof__(&name))rdmactl_pci_function(#name))

const char *rdmactl_commit(void) { return RDMACTL_COMMIT; }

// libpci calls its error callback and does not expect it to return: the way out is a jump to the last call of ours.
static _Thread_local jmp_buf failed;
static _Thread_local char words[256];

static void on_error(char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void on_error(char *format, ...) {
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

static volatile sig_atomic_t interruptions, suspensions;

static void count(int signal) {
  if (signal == SIGTSTP)
    suspensions = 1;
  else
    interruptions++;
}

void rdmactl_hold_interruptions(void) {
  static const int held[] = {SIGINT, SIGTERM, SIGQUIT, SIGTSTP};
  for (unsigned i = 0; i < sizeof held / sizeof *held; i++) {
    struct sigaction action;
    if (sigaction(held[i], NULL, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    // Without SA_RESTART: a sleep or a write that waits for its reader ends early.
    action = (struct sigaction){.sa_handler = count};
    sigaction(held[i], &action, NULL);
  }
}

int rdmactl_interruptions(void) { return interruptions; }

int rdmactl_take_suspension(void) {
  int came = suspensions;
  suspensions = 0;
  return came;
}
