// Programs that are attended: posix_spawn(3) cannot ask for a signal at the parent's death.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CShims.h"

// In the child: calls that are safe after fork(2) only.
static int become(
  const char *path, char *const arguments[], char *const variables[], int output, int error, int bound, pid_t parent) {
  static const int usual[] = {SIGCHLD, SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP, SIGUSR1, SIGUSR2};
  for (unsigned i = 0; i < sizeof usual / sizeof *usual; i++) {
    struct sigaction action;
    // What the parent of us ignores (nohup) stays ignored; SIGPIPE and SIGXFSZ are ignored by us only.
    int ours = usual[i] == SIGPIPE || usual[i] == SIGXFSZ;
    if (!ours && sigaction(usual[i], NULL, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    action = (struct sigaction){.sa_handler = SIG_DFL};
    sigaction(usual[i], &action, NULL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (bound) {
    setsid();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    // The parent may have gone before that.
    if (getppid() != parent) _exit(127);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) return errno;
  }
  if (output >= 0 && dup2(output, STDOUT_FILENO) < 0) return errno;
  if (error >= 0 && dup2(error, STDERR_FILENO) < 0) return errno;
  execve(path, arguments, variables);
  return errno;
}

int rdmactl_attend(
  const char *path, char *const arguments[], char *const variables[], int output, int error, int bound, int32_t *process) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return errno;
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) {
    int code = become(path, arguments, variables, output, error, bound, parent);
    if (write(report[1], &code, sizeof code) < 0) _exit(126);
    _exit(127);
  }
  int code = child < 0 ? errno : 0;
  close(report[1]);
  if (child > 0) {
    ssize_t count;
    do count = read(report[0], &code, sizeof code);
    while (count < 0 && errno == EINTR);
    if (count == sizeof code) {
      while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    } else {
      code = 0;
      *process = child;
    }
  }
  close(report[0]);
  return code;
}

static volatile pid_t receiver;

static void forward(int number, siginfo_t *facts, void *context) {
  (void)context;
  int before = errno;
  if (receiver > 0 && facts->si_code != SI_KERNEL) kill(receiver, number);
  errno = before;
}

void rdmactl_forward_signals(int32_t process) {
  static const int sent[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2};
  receiver = process;
  for (unsigned i = 0; i < sizeof sent / sizeof *sent; i++) {
    struct sigaction action;
    if (sigaction(sent[i], NULL, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    action = (struct sigaction){.sa_flags = SA_SIGINFO};
    if (process > 0)
      action.sa_sigaction = forward;
    else
      action = (struct sigaction){.sa_handler = SIG_DFL};
    sigaction(sent[i], &action, NULL);
  }
}
