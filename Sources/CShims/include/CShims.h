// The few lines that Swift cannot say: libpci's error callbacks are variadic, and its default one exits.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The commit this was built from, or "unknown".
const char *rdmactl_commit(void);

/// The name of a PCI device. `ids_path`: a PCI id list to use instead of the system's, or NULL.
/// Returns 0 and a NUL-terminated name, or -1 when no list knows it.
int rdmactl_pci_name(const char *ids_path, uint16_t vendor, uint16_t device, char *name, int size);

/// Reads the configuration space of a function through libpci's sysfs access below `sysfs_path` (NULL: /sys/bus/pci).
/// Returns the number of bytes read (4096, 256 or 64), or -1 with libpci's words in `error`.
int rdmactl_pci_configuration(
  const char *sysfs_path, int domain, int bus, int device, int function, uint8_t *bytes, int size, char *error,
  int error_size);

/// From now on SIGINT, SIGTERM and SIGQUIT are only counted, and so is SIGTSTP; what the parent had ignored stays so.
void rdmactl_hold_interruptions(void);
/// How many of SIGINT, SIGTERM and SIGQUIT came since.
int rdmactl_interruptions(void);
/// Whether SIGTSTP came since the last call.
int rdmactl_take_suspension(void);

/// What comes after a call of rdmactl_xz_next.
enum rdmactl_xz {
  RDMACTL_XZ_MORE,
  RDMACTL_XZ_END,
  RDMACTL_XZ_NO_XZ,
  RDMACTL_XZ_SHORT,
  RDMACTL_XZ_DAMAGED,
  RDMACTL_XZ_MEMORY
};
/// Begins to unpack an XZ stream, which must stay where it is until rdmactl_xz_end. NULL: there is no liblzma, or no memory.
void *rdmactl_xz_begin(const uint8_t *packed, size_t size);
/// Unpacks the next bytes, `size` of them unless the stream ends or is wrong. Returns an rdmactl_xz.
int rdmactl_xz_next(void *state, uint8_t *bytes, size_t size, size_t *count);
void rdmactl_xz_end(void *state);
