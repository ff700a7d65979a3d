// Functions that a build on a newer glibc takes from glibc 2.35, so that the program starts with glibc 2.34 (RHEL 9) and with
// 2.35 (Ubuntu 22.04). Both are seen inside the program only.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define WITHIN_THE_PROGRAM __attribute__((visibility("hidden")))

// Swift's Glibc module is one object, which uses every function of libm; hypotf got a new version with 2.35.
WITHIN_THE_PROGRAM float hypotf(float x, float y) {
  if (isinf(x) || isinf(y)) return INFINITY;
  return (float)sqrt((double)x * x + (double)y * y);
}

#ifdef DLFO_STRUCT_HAS_EH_DBASE
// libgcc's unwinder finds the tables of an address by this. Before 2.35 it walked the loaded objects, as here.
static int contains(struct dl_phdr_info *object, size_t size, void *argument) {
  (void)size;
  struct dl_find_object *wanted = argument;
  uintptr_t address = (uintptr_t)wanted->dlfo_map_start;
  const ElfW(Phdr) *tables = NULL;
  int found = 0;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[index];
    if (part->p_type == PT_GNU_EH_FRAME) tables = part;
    if (part->p_type == PT_LOAD && address - (object->dlpi_addr + part->p_vaddr) < part->p_memsz) found = 1;
  }
  if (!found || !tables) return 0;
  wanted->dlfo_eh_frame = (void *)(object->dlpi_addr + tables->p_vaddr);
  return 1;
}

WITHIN_THE_PROGRAM int _dl_find_object(void *address, struct dl_find_object *result) {
  *result = (struct dl_find_object){.dlfo_map_start = address};
  return dl_iterate_phdr(contains, result) == 1 ? 0 : -1;
}
#endif
