// zlib is only wanted for metrics that a client wants packed: it is loaded for the first of them.
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "include/CShims.h"
#include "lazy.h"

#define Z(name) ((__typeof__(&name))rdmactl_zlib_function(#name))

/// 15 bits of window, and 16 for the header of gzip. Source: zlib.h, deflateInit2.
enum { WINDOW = 15 + 16, MEMORY = 8, LEVEL = 4 };

/// The header and the end of gzip take 18 bytes, which compressBound does not count.
enum { FRAME = 18 };

size_t rdmactl_gzip_bound(size_t size) {
  return Z(compressBound) ? Z(compressBound)(size) + FRAME : 0;
}

size_t rdmactl_gzip_pack(const uint8_t *bytes, size_t size, uint8_t *packed, size_t bound) {
  if (!Z(deflateInit2_) || !Z(deflate) || !Z(deflateEnd) || size > UINT32_MAX || bound > UINT32_MAX) return 0;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (Z(deflateInit2_)(
        &stream, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY, ZLIB_VERSION, (int)sizeof stream) != Z_OK)
    return 0;
  stream.next_in = (Bytef *)bytes;
  stream.avail_in = (uInt)size;
  stream.next_out = packed;
  stream.avail_out = (uInt)bound;
  int result = Z(deflate)(&stream, Z_FINISH);
  size_t count = result == Z_STREAM_END ? stream.total_out : 0;
  Z(deflateEnd)(&stream);
  return count;
}
