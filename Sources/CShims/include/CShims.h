// The few lines that Swift cannot say: libpci's error callbacks are variadic, and its default one exits.
#pragma once
#include <endian.h>
#include <stddef.h>
#include <stdint.h>

/// The commit this was built from, or "unknown".
const char *rdmactl_commit(void);

/// The name of a PCI device. `ids_path`: a PCI id list to use instead of the system's, or NULL.
/// Returns 0 and a NUL-terminated name, or -1 when no list knows it.
int rdmactl_pci_name(const char *ids_path, uint16_t vendor, uint16_t device, char *name, int size);

/// Maps the first `length` bytes of a file to read and write, shared. Returns NULL with errno set when it cannot.
void *rdmactl_map(const char *path, long length);
void rdmactl_unmap(void *base, long length);

/// A dword of device memory: exactly one access, its bytes in memory order a big-endian number.
static inline uint32_t rdmactl_mmio_read(const void *base, long offset) {
  return be32toh(*(const volatile uint32_t *)((const char *)base + offset));
}
static inline void rdmactl_mmio_write(void *base, long offset, uint32_t value) {
  *(volatile uint32_t *)((char *)base + offset) = htobe32(value);
}

/// An argument of the process, 0 for the program's own name; NULL after the last.
const char *rdmactl_argument(int index);

/// For the first moment of the process: descriptors 0 to 2 exist, so that no file of ours becomes a standard stream (a stream
/// that the parent closed fails to read and to write); SIGCHLD is as usual, SIGPIPE and SIGXFSZ are ignored.
void rdmactl_prepare_process(void);

/// From now on SIGINT, SIGTERM, SIGQUIT and SIGHUP are only counted, and so is SIGTSTP; what the parent had ignored stays so.
void rdmactl_hold_interruptions(void);
/// How many of SIGINT, SIGTERM, SIGQUIT and SIGHUP came since.
int rdmactl_interruptions(void);
/// Waits until standard input can be read; a signal that is held and came before or meanwhile ends that. SIGTSTP stops the
/// process as usual. Returns 0 or EINTR.
int rdmactl_wait_for_input(void);
/// From now on the terminal at standard input hands each key over as it is pressed, and shows none; with 0 it is as before.
/// Nothing happens where standard input is not the terminal of a process in the foreground.
void rdmactl_take_keys(int on);
/// The next key, or -1: none was pressed, or keys are not taken.
int rdmactl_next_key(void);
/// Closes descriptors of a row, from `first` to `last`: one call where the kernel has it (Linux 5.9).
void rdmactl_close_row(int first, int last);
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
/// The most bytes that rdmactl_xz_pack makes of `size`; 0: there is no liblzma.
size_t rdmactl_xz_bound(size_t size);
/// An XZ stream with CRC32. Returns its size, or 0: no memory, or no liblzma.
size_t rdmactl_xz_pack(const uint8_t *bytes, size_t size, uint8_t *packed, size_t bound);

/// Starts a program in a session of its own, with nothing on its standard input, our environment, no signal blocked,
/// SIGCHLD, SIGPIPE and SIGXFSZ as usual, and no descriptor of ours but `output` and `error` as its streams.
/// `arguments` ends with NULL; `directory` may be NULL: where we are. Returns 0 and its process id, or an errno.
int rdmactl_spawn(
  const char *path, char *const arguments[], const char *directory, int output, int error, int32_t *process);

/// Starts a program that is attended, with `variables` as its environment; both lists end with NULL. `output` and `error`: its
/// streams, or -1 for ours. With `bound` it has a session of its own, reads nothing, and is killed when this thread ends.
/// Returns 0 and its process id, or an errno.
int rdmactl_attend(
  const char *path, char *const arguments[], char *const variables[], int output, int error, int bound, int32_t *process);
/// From now on SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1 and SIGUSR2 that a process sends to us go on to `process`; what the
/// terminal sends has gone to both already. 0: no more.
void rdmactl_forward_signals(int32_t process);

/// A netlink request that another thread sends: the kernel does the work while it takes the message.
struct rdmactl_sending;
struct mnl_socket;
/// Begins to send a copy of `bytes`, signals blocked. Returns 0 or an errno.
int rdmactl_send_begin(
  const struct mnl_socket *socket, const void *bytes, size_t length, struct rdmactl_sending **begun);
/// Readable when the sending has ended; closed by rdmactl_send_end.
int rdmactl_send_descriptor(const struct rdmactl_sending *sending);
/// Waits for the end. Returns 0 or an errno.
int rdmactl_send_end(struct rdmactl_sending *sending);

/// SIOCETHTOOL by way of any socket. `structure` must have room for what the kernel puts in. Returns 0 or an errno.
int rdmactl_ethtool(int socket, const char *interface, void *structure);

/// SO_NETNS_COOKIE of a socket: the number of its network name space, never used twice. 0 before Linux 5.14.
uint64_t rdmactl_namespace_cookie(int socket);
/// Whether the file system at /sys is the one that sysfs is in this network name space: 1, 0, or -1 where this process may
/// not mount sysfs.
int rdmactl_sysfs_is_ours(void);
/// SIOCGIFINDEX: the index of an interface; 0 if the interface does not exist.
int rdmactl_interface_index(int socket, const char *interface);

/// "EINVAL"; NULL for a number that has no name.
const char *rdmactl_errno_name(int code);
