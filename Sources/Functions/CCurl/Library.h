#pragma once

/// One function of a library, and where its address belongs.
struct library_symbol {
    const char *name;
    void **address;
};

/// Opens the library and fills every address. Null, or the dynamic loader's words on what is missing.
const char *library_open(const char *file, const struct library_symbol *symbols, int count);
