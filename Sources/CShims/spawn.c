// Glibc's posix_spawn extensions (a directory, closing what is open) are hidden from Swift.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include "CShims.h"

static int attributes_of_child(posix_spawnattr_t *attributes) {
  sigset_t signals;
  sigemptyset(&signals);
  int code = posix_spawnattr_setsigmask(attributes, &signals);
  if (code) return code;
  sigaddset(&signals, SIGCHLD);
  sigaddset(&signals, SIGPIPE);
  sigaddset(&signals, SIGXFSZ);
  code = posix_spawnattr_setsigdefault(attributes, &signals);
  if (code) return code;
  return posix_spawnattr_setflags(
    attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
}

static int actions_of_child(posix_spawn_file_actions_t *actions, const char *directory, int output, int error) {
  int code = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, error, STDERR_FILENO);
  // Not all of our descriptors are marked to be closed: a library's (the simulator's sockets) may not be.
  if (!code) code = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
  if (!code && directory) code = posix_spawn_file_actions_addchdir_np(actions, directory);
  return code;
}

int rdmactl_spawn(
  const char *path, char *const arguments[], const char *directory, int output, int error, int32_t *process) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  int code = posix_spawnattr_init(&attributes);
  if (code) return code;
  code = posix_spawn_file_actions_init(&actions);
  if (code) {
    posix_spawnattr_destroy(&attributes);
    return code;
  }
  pid_t child = 0;
  code = attributes_of_child(&attributes);
  if (!code) code = actions_of_child(&actions, directory, output, error);
  if (!code) code = posix_spawn(&child, path, &actions, &attributes, arguments, environ);
  if (!code) *process = child;
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return code;
}
