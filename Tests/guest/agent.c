// Process 1 of the guest: runs what the test asks for over one virtio-serial port, and ends when the test is gone.
//
// Both ways go frames of {type u8, job u32, length u32} (little endian, unpadded) and a payload:
//   to the agent    'S' start: the user's name, a command for /bin/sh and what it reads, the first two ended by a zero byte
//                   'K' signal to the job's session: one byte    'Z' kill all processes but this one
//   from the agent  'R' ready    'O', 'E' what the job wrote to its standard output and error
//                   'X' it ended: its wait status as u32
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS = 256, PIECE = 32768 };

struct job {
	uint32_t id;
	pid_t pid;	// 0: it has ended, a descendant may still write
	int stream[2];	// our ends of its output and error; -1: closed
};

static struct job jobs[JOBS];
static int port;

static void power_off(void)
{
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

// The port may take or give less than it was asked for. The test has gone when it gives nothing.
static void put(const void *bytes, size_t length)
{
	const char *at = bytes;
	while (length > 0) {
		ssize_t n = write(port, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			power_off();
		at += n;
		length -= n;
	}
}

static void get(void *bytes, size_t length)
{
	char *at = bytes;
	while (length > 0) {
		ssize_t n = read(port, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			power_off();
		at += n;
		length -= n;
	}
}

static void tell(char type, uint32_t job, const void *payload, uint32_t length)
{
	char head[9] = { type };
	memcpy(head + 1, &job, 4);
	memcpy(head + 5, &length, 4);
	put(head, sizeof head);
	put(payload, length);
}

// In the child: becomes USER. Root keeps all it has.
static int become(const char *user)
{
	if (strcmp(user, "root") == 0)
		return setenv("HOME", "/root", 1);
	FILE *f = fopen("/etc/passwd", "r");
	struct passwd *p = NULL;
	while (f && (p = fgetpwent(f)) && strcmp(p->pw_name, user) != 0)
		;
	if (f)
		fclose(f);
	if (!p)
		return -1;
	return setenv("HOME", "/", 1) | setgroups(0, NULL) | setgid(p->pw_gid) | setuid(p->pw_uid);
}

static void child(const char *user, const char *command, const char *input, size_t length, int out, int err)
{
	sigset_t none;
	int in = length ? memfd_create("input", 0) : open("/dev/null", O_RDONLY);
	for (size_t done = 0; done < length;) {
		ssize_t n = write(in, input + done, length - done);
		if (n <= 0)
			_exit(127);
		done += n;
	}
	if (length)
		lseek(in, 0, SEEK_SET);
	setsid();
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	close_range(3, ~0U, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (become(user) < 0) {
		dprintf(2, "guest: there is no user %s\n", user);
		_exit(127);
	}
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	dprintf(2, "guest: /bin/sh: %s\n", strerror(errno));
	_exit(127);
}

static void start(uint32_t id, char *payload, uint32_t length)
{
	char *end = payload + length, *command = memchr(payload, 0, length), *input = NULL;
	uint32_t failed = 127 << 8;
	int out[2], err[2];
	struct job *j = jobs;

	if (command && ++command < end)
		input = memchr(command, 0, end - command);
	while (j < jobs + JOBS && j->id)
		j++;
	if (!input || j == jobs + JOBS || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) {
		tell('X', id, &failed, 4);
		return;
	}
	input++;
	pid_t pid = fork();
	if (pid == 0)
		child(payload, command, input, end - input, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	*j = (struct job){ .id = id, .pid = pid, .stream = { out[0], err[0] } };
}

static void settle(struct job *j)
{
	if (j->id && j->pid == 0 && j->stream[0] < 0 && j->stream[1] < 0)
		j->id = 0;
}

// Passes on what there is in a job's stream; of what has ended already nobody wants to know more.
static void forward(struct job *j, int which)
{
	static char piece[PIECE];
	while (j->stream[which] >= 0) {
		ssize_t n = read(j->stream[which], piece, sizeof piece);
		if (n > 0 && j->pid)
			tell("OE"[which], j->id, piece, n);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n == 0 || (n < 0 && errno != EINTR)) {
			close(j->stream[which]);
			j->stream[which] = -1;
		}
	}
}

static void reap(void)
{
	int raw;
	pid_t pid;

	while ((pid = waitpid(-1, &raw, WNOHANG)) > 0)
		for (struct job *j = jobs; j < jobs + JOBS; j++)
			if (j->id && j->pid == pid) {
				uint32_t status = raw;
				forward(j, 0);
				forward(j, 1);
				tell('X', j->id, &status, 4);
				j->pid = 0;
				settle(j);
			}
}

static void obey(void)
{
	char head[9], *payload;
	uint32_t id, length;

	get(head, sizeof head);
	memcpy(&id, head + 1, 4);
	memcpy(&length, head + 5, 4);
	payload = malloc(length + 1);
	if (!payload)
		power_off();
	get(payload, length);
	payload[length] = 0;
	switch (head[0]) {
	case 'S':
		start(id, payload, length);
		break;
	case 'K':
		for (struct job *j = jobs; j < jobs + JOBS; j++)
			if (j->id == id && j->pid > 0)
				kill(-j->pid, payload[0]);
		break;
	case 'Z':
		kill(-1, SIGKILL);
		break;
	}
	free(payload);
}

int main(int argc, char **argv)
{
	static const char *environment[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
		"SWIFT_BACKTRACE=enable=no",
	};
	struct pollfd watched[2 + 2 * JOBS];
	sigset_t ended;

	if (argc != 2 || (port = open(argv[1], O_RDWR | O_CLOEXEC)) < 0) {
		puts("guest: the agent has no port");
		power_off();
	}
	clearenv();
	for (size_t i = 0; i < sizeof environment / sizeof *environment; i++)
		putenv((char *)environment[i]);
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ended, NULL);
	watched[0] = (struct pollfd){ .fd = port, .events = POLLIN };
	watched[1] = (struct pollfd){ .fd = signalfd(-1, &ended, SFD_CLOEXEC), .events = POLLIN };
	tell('R', 0, NULL, 0);
	for (;;) {
		// A negative descriptor is none to poll.
		for (int i = 0; i < 2 * JOBS; i++)
			watched[2 + i] = (struct pollfd){
				.fd = jobs[i / 2].id ? jobs[i / 2].stream[i % 2] : -1, .events = POLLIN };
		if (poll(watched, 2 + 2 * JOBS, -1) < 0)
			continue;
		for (int i = 0; i < 2 * JOBS; i++)
			if (watched[2 + i].revents) {
				forward(&jobs[i / 2], i % 2);
				settle(&jobs[i / 2]);
			}
		if (watched[1].revents) {
			struct signalfd_siginfo which;
			if (read(watched[1].fd, &which, sizeof which) > 0)
				reap();
		}
		if (watched[0].revents)
			obey();
	}
}
