#include "CDigest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdio.h>

#include "Library.h"

static struct {
    __typeof__(EVP_Digest) *digest;
    __typeof__(EVP_sha256) *sha256;
    __typeof__(HMAC) *hmac;
} crypto;

static char failure[512];
static int has_failed;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    const struct library_symbol symbols[] = {
        LIBRARY_SYMBOL(crypto.digest, EVP_Digest),
        LIBRARY_SYMBOL(crypto.sha256, EVP_sha256),
        LIBRARY_SYMBOL(crypto.hmac, HMAC),
    };
    const char *reason = library_open(CDIGEST_LIBRARY, symbols, sizeof symbols / sizeof symbols[0]);
    if (reason != NULL) {
        has_failed = 1;
        // The loader reuses its text's memory.
        snprintf(failure, sizeof failure, "%s", reason);
    }
}

const char *cdigest_load(void) {
    pthread_once(&once, load);
    return has_failed ? failure : NULL;
}

int cdigest_sha256(const void *bytes, size_t count, uint8_t *digest) {
    return crypto.digest(bytes, count, digest, NULL, crypto.sha256(), NULL);
}

int cdigest_hmac_sha256(const void *key, size_t key_count, const void *bytes, size_t count, uint8_t *digest) {
    // A null key means "the key of the last call" to HMAC, so that an empty one needs an address.
    const void *address = key == NULL ? "" : key;
    return crypto.hmac(crypto.sha256(), address, (int)key_count, bytes, count, digest, NULL) != NULL;
}
