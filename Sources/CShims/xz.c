// liblzma is only wanted for packages of firmware: it is loaded when the first one is unpacked.
#include <lzma.h>
#include <stdlib.h>

#include "CShims.h"
#include "lazy.h"

#define XZ(name) ((__typeof__(&name))rdmactl_lzma_function(#name))

// What unpacking may take, whatever the stream asks for: the largest usual dictionary is 64 MiB.
static const uint64_t memory_limit = 256 << 20;

void *rdmactl_xz_begin(const uint8_t *packed, size_t size) {
  if (!XZ(lzma_stream_decoder) || !XZ(lzma_code) || !XZ(lzma_end)) return NULL;
  lzma_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  if (XZ(lzma_stream_decoder)(stream, memory_limit, 0) != LZMA_OK) {
    free(stream);
    return NULL;
  }
  stream->next_in = packed;
  stream->avail_in = size;
  return stream;
}

int rdmactl_xz_next(void *state, uint8_t *bytes, size_t size, size_t *count) {
  lzma_stream *stream = state;
  stream->next_out = bytes;
  stream->avail_out = size;
  lzma_ret result = LZMA_OK;
  while (result == LZMA_OK && stream->avail_out) result = XZ(lzma_code)(stream, LZMA_FINISH);
  *count = size - stream->avail_out;
  switch (result) {
    case LZMA_OK: return RDMACTL_XZ_MORE;
    case LZMA_STREAM_END: return RDMACTL_XZ_END;
    case LZMA_FORMAT_ERROR: return RDMACTL_XZ_NO_XZ;
    case LZMA_MEM_ERROR:
    case LZMA_MEMLIMIT_ERROR: return RDMACTL_XZ_MEMORY;
    case LZMA_BUF_ERROR: return RDMACTL_XZ_SHORT;
    default: return RDMACTL_XZ_DAMAGED;
  }
}

void rdmactl_xz_end(void *state) {
  XZ(lzma_end)(state);
  free(state);
}

size_t rdmactl_xz_bound(size_t size) {
  return XZ(lzma_stream_buffer_bound) ? XZ(lzma_stream_buffer_bound)(size) : 0;
}

size_t rdmactl_xz_pack(const uint8_t *bytes, size_t size, uint8_t *packed, size_t bound) {
  size_t count = 0;
  if (!XZ(lzma_easy_buffer_encode)) return 0;
  // The kernel's decoder knows no check but CRC32.
  lzma_ret result = XZ(lzma_easy_buffer_encode)(
    LZMA_PRESET_DEFAULT, LZMA_CHECK_CRC32, NULL, bytes, size, packed, &count, bound);
  return result == LZMA_OK ? count : 0;
}
