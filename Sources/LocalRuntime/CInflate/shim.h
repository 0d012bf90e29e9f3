#include <zlib.h>

// inflateInit2 is a macro, which Swift cannot call. A negative window size means raw deflate, as in zip entries; one
// with 16 added means gzip.
static inline int rivulet_inflate_init_raw(z_stream *stream) {
    return inflateInit2(stream, -MAX_WBITS);
}
static inline int rivulet_inflate_init_gzip(z_stream *stream) {
    return inflateInit2(stream, 16 + MAX_WBITS);
}
