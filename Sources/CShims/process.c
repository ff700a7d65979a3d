// What a process is given by its parent, and the signals that ask it to stop.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <termios.h>

#include "CShims.h"

static int argument_count;
static char **arguments;

// glibc passes the arguments of main to constructors. Swift's CommandLine reads /proc, which a chroot may not have.
__attribute__((constructor)) static void keep_arguments(int count, char **words) {
  argument_count = count;
  arguments = words;
}

const char *rdmactl_argument(int index) { return index < argument_count ? arguments[index] : NULL; }

void rdmactl_prepare_process(void) {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
    if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    // The other direction, so that reading and writing fail as on the closed stream. open(2) gives the lowest number.
    int opened = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened < 0) opened = open("/", O_PATH);
    if (opened != stream) _exit(1);
  }
  signal(SIGCHLD, SIG_DFL);
  // write(2) says that a reader has gone, or that a file has reached the user's limit.
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

static const int held[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP};
static volatile sig_atomic_t interruptions, suspensions;

static void count(int signal) {
  if (signal == SIGTSTP)
    suspensions = 1;
  else
    interruptions++;
}

void rdmactl_hold_interruptions(void) {
  // SIGHUP: a terminal or an SSH session that goes must not leave a flash half written or its semaphore taken.
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

int rdmactl_wait_for_input(void) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  for (unsigned i = 0; i < sizeof held / sizeof *held; i++) sigaddset(&blocked, held[i]);
  // Signals come in ppoll(2) only: one between the look and the wait would be lost.
  sigprocmask(SIG_BLOCK, &blocked, &before);
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  int ended = -1;
  while (ended < 0) {
    if (interruptions > 0) ended = EINTR;
    else if (rdmactl_take_suspension()) raise(SIGSTOP);
    else if (ppoll(&input, 1, NULL, &before) >= 0 || errno != EINTR) ended = 0;
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return ended;
}

static struct termios usual_terminal;
static int takes_keys;

void rdmactl_take_keys(int on) {
  if (!on && takes_keys) tcsetattr(0, TCSADRAIN, &usual_terminal);
  takes_keys = 0;
  if (!on || !isatty(0) || tcgetpgrp(0) != getpgrp() || tcgetattr(0, &usual_terminal) != 0) return;
  struct termios keys = usual_terminal;
  keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  keys.c_cc[VMIN] = 0;
  keys.c_cc[VTIME] = 0;
  takes_keys = tcsetattr(0, TCSADRAIN, &keys) == 0;
}

int rdmactl_next_key(void) {
  unsigned char key;
  // In the background a read would stop the process.
  return takes_keys && tcgetpgrp(0) == getpgrp() && read(0, &key, 1) == 1 ? key : -1;
}

void rdmactl_close_row(int first, int last) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0u) == 0) return;
#endif
  for (int descriptor = first; descriptor <= last; descriptor++) close(descriptor);
}
