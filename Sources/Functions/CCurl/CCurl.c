#include "CCurl.h"

#include <pthread.h>
#include <stdio.h>
#ifdef LINKED_LIBRARIES
#include <nss.h>
#endif

#include "Library.h"

// The header's argument checks would stand in for the functions' own names.
#undef curl_easy_setopt
#undef curl_multi_setopt

static struct {
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_reset) *easy_reset;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_easy_setopt) *easy_setopt;
    __typeof__(curl_easy_strerror) *easy_strerror;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
    __typeof__(curl_multi_init) *multi_init;
    __typeof__(curl_multi_cleanup) *multi_cleanup;
    __typeof__(curl_multi_setopt) *multi_setopt;
    __typeof__(curl_multi_add_handle) *multi_add_handle;
    __typeof__(curl_multi_remove_handle) *multi_remove_handle;
    __typeof__(curl_multi_perform) *multi_perform;
    __typeof__(curl_multi_poll) *multi_poll;
    __typeof__(curl_multi_wakeup) *multi_wakeup;
    __typeof__(curl_multi_info_read) *multi_info_read;
} curl;

static char failure[512];
static int has_failed;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    const struct library_symbol symbols[] = {
        LIBRARY_SYMBOL(curl.global_init, curl_global_init),
        LIBRARY_SYMBOL(curl.easy_init, curl_easy_init),
        LIBRARY_SYMBOL(curl.easy_reset, curl_easy_reset),
        LIBRARY_SYMBOL(curl.easy_cleanup, curl_easy_cleanup),
        LIBRARY_SYMBOL(curl.easy_setopt, curl_easy_setopt),
        LIBRARY_SYMBOL(curl.easy_strerror, curl_easy_strerror),
        LIBRARY_SYMBOL(curl.slist_append, curl_slist_append),
        LIBRARY_SYMBOL(curl.slist_free_all, curl_slist_free_all),
        LIBRARY_SYMBOL(curl.multi_init, curl_multi_init),
        LIBRARY_SYMBOL(curl.multi_cleanup, curl_multi_cleanup),
        LIBRARY_SYMBOL(curl.multi_setopt, curl_multi_setopt),
        LIBRARY_SYMBOL(curl.multi_add_handle, curl_multi_add_handle),
        LIBRARY_SYMBOL(curl.multi_remove_handle, curl_multi_remove_handle),
        LIBRARY_SYMBOL(curl.multi_perform, curl_multi_perform),
        LIBRARY_SYMBOL(curl.multi_poll, curl_multi_poll),
        LIBRARY_SYMBOL(curl.multi_wakeup, curl_multi_wakeup),
        LIBRARY_SYMBOL(curl.multi_info_read, curl_multi_info_read),
    };
    const char *reason = library_open(CCURL_LIBRARY, symbols, sizeof symbols / sizeof symbols[0]);
#ifdef LINKED_LIBRARIES
    // Other sources of names are modules of the system's own glibc, which this executable's would have to open.
    __nss_configure_lookup("hosts", "files dns");
#endif
    if (reason == NULL && curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        reason = "curl_global_init failed";
    }
    if (reason != NULL) {
        has_failed = 1;
        // The loader reuses its text's memory.
        snprintf(failure, sizeof failure, "%s", reason);
    }
}

const char *ccurl_load(void) {
    pthread_once(&once, load);
    return has_failed ? failure : NULL;
}

CURL *ccurl_easy_init(void) { return curl.easy_init(); }
void ccurl_easy_reset(CURL *easy) { curl.easy_reset(easy); }
void ccurl_easy_cleanup(CURL *easy) { curl.easy_cleanup(easy); }

CURLcode ccurl_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl.easy_setopt(easy, option, value);
}

CURLcode ccurl_easy_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl.easy_setopt(easy, option, value);
}

CURLcode ccurl_easy_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl.easy_setopt(easy, option, value);
}

CURLcode ccurl_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl.easy_setopt(easy, option, value);
}

CURLcode ccurl_easy_set_data_callback(CURL *easy, CURLoption option, ccurl_data_callback callback) {
    return curl.easy_setopt(easy, option, callback);
}

CURLcode ccurl_easy_set_seek_callback(CURL *easy, ccurl_seek_callback callback) {
    return curl.easy_setopt(easy, CURLOPT_SEEKFUNCTION, callback);
}

const char *ccurl_easy_error_text(CURLcode code) { return curl.easy_strerror(code); }

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text) {
    return curl.slist_append(list, text);
}

void ccurl_list_free(struct curl_slist *list) { curl.slist_free_all(list); }

CURLM *ccurl_multi_init(void) { return curl.multi_init(); }
void ccurl_multi_cleanup(CURLM *multi) { curl.multi_cleanup(multi); }

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl.multi_setopt(multi, option, value);
}

CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy) { return curl.multi_add_handle(multi, easy); }
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy) { return curl.multi_remove_handle(multi, easy); }

CURLMcode ccurl_multi_perform(CURLM *multi) {
    int running = 0;
    return curl.multi_perform(multi, &running);
}

CURLMcode ccurl_multi_poll(CURLM *multi, int timeout_ms) {
    return curl.multi_poll(multi, NULL, 0, timeout_ms, NULL);
}

CURLMcode ccurl_multi_wakeup(CURLM *multi) { return curl.multi_wakeup(multi); }

CURL *ccurl_multi_next_finished(CURLM *multi, CURLcode *result) {
    int left = 0;
    const CURLMsg *message = curl.multi_info_read(multi, &left);
    while (message != NULL && message->msg != CURLMSG_DONE) {
        message = curl.multi_info_read(multi, &left);
    }
    if (message == NULL) {
        return NULL;
    }
    *result = message->data.result;
    return message->easy_handle;
}
