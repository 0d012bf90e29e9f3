#pragma once

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// SHA-256 and HMAC-SHA-256 from OpenSSL's libcrypto, which libcurl brings into the process anyway.
/// It is opened at the first `cdigest_load`; the other calls require that it answered null.

/// The library's file name, looked up as the dynamic loader does.
#define CDIGEST_LIBRARY "libcrypto.so.3"

/// Opens libcrypto once in a process, from any thread. Null, or why it cannot be had.
const char *_Nullable cdigest_load(void);

/// Writes 32 bytes to `digest`; 1 on success.
int cdigest_sha256(const void *_Nullable bytes, size_t count, uint8_t *digest);

/// Writes 32 bytes to `digest`; 1 on success.
int cdigest_hmac_sha256(
    const void *_Nullable key, size_t key_count, const void *_Nullable bytes, size_t count, uint8_t *digest);

#pragma clang assume_nonnull end
