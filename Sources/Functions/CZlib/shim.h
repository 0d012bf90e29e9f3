#include <zlib.h>

// `inflateInit2` is a macro, which Swift cannot call. 32 more window bits take gzip and zlib headers alike.
static inline int rivulet_inflate_init(z_stream *stream) {
    return inflateInit2(stream, MAX_WBITS + 32);
}
