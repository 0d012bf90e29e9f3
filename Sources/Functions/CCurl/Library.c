#include "Library.h"

#ifdef LINKED_LIBRARIES

const char *library_open(const char *file, const struct library_symbol *symbols, int count) {
    (void)file;
    for (int index = 0; index < count; index++) {
        *symbols[index].address = symbols[index].linked;
    }
    return NULL;
}

#else

#include <dlfcn.h>

const char *library_open(const char *file, const struct library_symbol *symbols, int count) {
    // Never closed: both libraries keep threads and exit handlers of their own.
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        return dlerror();
    }
    for (int index = 0; index < count; index++) {
        *symbols[index].address = dlsym(library, symbols[index].name);
        if (*symbols[index].address == NULL) {
            return dlerror();
        }
    }
    return NULL;
}

#endif
