#include <zlib.h>

// `inflateInit2` is a macro, which Swift cannot call. 32 more window bits take gzip and zlib headers alike, 16 more gzip
// alone; a negative size means raw deflate, as in zip entries.
static inline int rivulet_inflate_init(z_stream *stream) {
    return inflateInit2(stream, MAX_WBITS + 32);
}
static inline int rivulet_inflate_init_gzip(z_stream *stream) {
    return inflateInit2(stream, MAX_WBITS + 16);
}
static inline int rivulet_inflate_init_raw(z_stream *stream) {
    return inflateInit2(stream, -MAX_WBITS);
}
