#pragma once
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// Swift's view of glibc has no <malloc.h>; other C libraries have no such switch.
static inline void rivulet_keep_freed_memory(int threshold_bytes) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, threshold_bytes);
    mallopt(M_TRIM_THRESHOLD, threshold_bytes);
#endif
}

static inline void rivulet_give_back_freed_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
