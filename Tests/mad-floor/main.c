/*
 * The floor that a sweep is measured against: COUNT requests for NodeInfo along one directed route, WINDOW of them
 * under way, through libibumad and nothing else.
 *
 *   mad-floor COUNT [WINDOW [HOPS]]      HOPS: 1,2,5 (ports by which to leave; none: the local port)
 *
 * Prints {"mads": …, "seconds": …, "cpu": …, "failed": …}; exits 1 when an answer does not come within 5 s.
 */
#include <infiniband/umad.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
  mad_length = 256,
  directed_route_class = 0x81,
  /* Offsets in a directed-route SMP. */
  at_class = 1, at_class_version = 2, at_method = 3, at_hop_count = 7, at_transaction = 12, at_attribute = 16,
  at_source_lid = 32, at_destination_lid = 34, at_path = 128,
  longest_path = 63,
};

static double seconds_of(struct timespec time) { return (double)time.tv_sec + (double)time.tv_nsec / 1e9; }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return seconds_of(time);
}

static double cpu(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* The request that all of them are, but for the transaction. */
static void prepare(void *umad, const char *hops) {
  uint8_t *mad = umad_get_mad(umad);
  memset(umad, 0, umad_size() + mad_length);
  mad[0] = 1;
  mad[at_class] = directed_route_class;
  mad[at_class_version] = 1;
  mad[at_method] = 1;
  mad[at_attribute + 1] = 0x11;
  memset(mad + at_source_lid, 0xff, 2);
  memset(mad + at_destination_lid, 0xff, 2);
  for (char *rest; *hops != '\0' && mad[at_hop_count] < longest_path; hops = *rest == ',' ? rest + 1 : rest) {
    mad[at_path + ++mad[at_hop_count]] = (uint8_t)strtoul(hops, &rest, 10);
    if (rest == hops) break;
  }
  umad_set_addr(umad, 0xffff, 0, 0, 0);
}

int main(int count_of_arguments, char **arguments) {
  if (count_of_arguments < 2) {
    fputs("usage: mad-floor COUNT [WINDOW [HOPS]]\n", stderr);
    return 64;
  }
  long count = strtol(arguments[1], NULL, 10);
  long window = count_of_arguments > 2 ? strtol(arguments[2], NULL, 10) : 32;
  double start = now();
  int port, agent;
  if (umad_init() < 0 || (port = umad_open_port(NULL, 0)) < 0
      || (agent = umad_register(port, directed_route_class, 1, 0, NULL)) < 0) {
    fputs("mad-floor: no port to send by\n", stderr);
    return 1;
  }
  void *request = malloc(umad_size() + mad_length), *answer = malloc(umad_size() + mad_length);
  if (!request || !answer) return 1;
  prepare(request, count_of_arguments > 3 ? arguments[3] : "");
  uint8_t *transaction = (uint8_t *)umad_get_mad(request) + at_transaction;
  long sent = 0, received = 0, failed = 0;
  double last = now();
  while (received < count) {
    for (; sent < count && sent - received < window; sent++) {
      for (int byte = 0; byte < 4; byte++) transaction[byte] = (uint8_t)(sent >> (24 - 8 * byte));
      if (umad_send(port, agent, request, mad_length, 1000, 0) < 0) {
        perror("mad-floor: umad_send");
        return 1;
      }
    }
    int length = mad_length;
    if (umad_recv(port, answer, &length, 1000) < 0) {
      if (now() - last > 5) {
        fprintf(stderr, "mad-floor: no answer after %ld of %ld\n", received, count);
        return 1;
      }
      continue;
    }
    last = now();
    if (umad_status(answer) != 0) failed++;
    received++;
  }
  printf("{\"mads\": %ld, \"seconds\": %.6f, \"cpu\": %.6f, \"failed\": %ld}\n", received, now() - start, cpu(), failed);
  return 0;
}
