// One regular file served through /dev/fuse, in a mount namespace of this process. For tests only.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/// Answers how many bytes were read or written for `process`, or a negative errno.
typedef int (*fuse_file_read)(void *context, pid_t process, uint64_t offset, uint8_t *buffer, uint32_t size);
typedef int (*fuse_file_write)(void *context, pid_t process, uint64_t offset, const uint8_t *bytes, uint32_t size);

/// Gives this process a mount namespace of its own, whose mounts nobody else sees. 0 or an errno.
int fuse_file_own_namespace(void);

/// Lays an empty file system in memory over a directory. 0 or an errno.
int fuse_file_lay_empty(const char *directory);

/// Lays a file of `size` bytes over the file at `path`; reads and writes come to ``fuse_file_serve``. The descriptor that
/// serves it, or a negative errno.
int fuse_file_lay(const char *path);

/// Starts a program in this namespace. Its process id, or a negative errno.
pid_t fuse_file_start(char *_Nullable const *_Nonnull arguments);

/// Serves the file until the process ends. Its status as a shell has it (128 and the signal when it was killed).
int fuse_file_serve(int descriptor, uint64_t size, pid_t process, void *context, fuse_file_read read, fuse_file_write write);

#pragma clang assume_nonnull end
