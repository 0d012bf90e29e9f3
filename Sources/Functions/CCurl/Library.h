#pragma once

#include <stddef.h>

/// One function of a library, and where its address belongs.
struct library_symbol {
    const char *name;
    void **address;
    /// The function itself where the library is part of the executable; null where it is opened.
    void *linked;
};

/// `LINKED_LIBRARIES` is defined for a static executable, which cannot open any library.
#ifdef LINKED_LIBRARIES
#define LIBRARY_SYMBOL(place, function) {#function, (void **)&place, (void *)function}
#else
#define LIBRARY_SYMBOL(place, function) {#function, (void **)&place, NULL}
#endif

/// Opens the library, unless it is linked, and fills every address. Null, or the dynamic loader's words on what is missing.
const char *library_open(const char *file, const struct library_symbol *symbols, int count);
