#pragma once

#include <curl/curl.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

/// libcurl behind calls that Swift can make: it cannot call variadic functions, and `curl_easy_setopt` is one.
///
/// The library is opened at the first `ccurl_load` and not linked, because linking it costs every cold start about
/// 3 ms, needed or not. All calls but `ccurl_load` require that it answered null.

/// The library's file name, looked up as the dynamic loader does.
#define CCURL_LIBRARY "libcurl.so.4"

/// Opens and initialises libcurl once in a process, from any thread. Null, or why it cannot be had.
const char *_Nullable ccurl_load(void);

typedef size_t (*ccurl_data_callback)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable context);
typedef int (*ccurl_seek_callback)(void *_Nullable context, curl_off_t offset, int origin);

CURL *_Nullable ccurl_easy_init(void);
void ccurl_easy_reset(CURL *easy);
void ccurl_easy_cleanup(CURL *easy);
CURLcode ccurl_easy_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_easy_set_size(CURL *easy, CURLoption option, curl_off_t value);
CURLcode ccurl_easy_set_text(CURL *easy, CURLoption option, const char *value);
CURLcode ccurl_easy_set_pointer(CURL *easy, CURLoption option, void *_Nullable value);
CURLcode ccurl_easy_set_data_callback(CURL *easy, CURLoption option, ccurl_data_callback callback);
CURLcode ccurl_easy_set_seek_callback(CURL *easy, ccurl_seek_callback callback);
const char *ccurl_easy_error_text(CURLcode code);

/// The list with one more text, which is copied; null when memory is out, and then the old list still stands.
struct curl_slist *_Nullable ccurl_list_append(struct curl_slist *_Nullable list, const char *text);
void ccurl_list_free(struct curl_slist *_Nullable list);

CURLM *_Nullable ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *multi);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_perform(CURLM *multi);
CURLMcode ccurl_multi_poll(CURLM *multi, int timeout_ms);

/// Ends a `ccurl_multi_poll`, from any thread; without one under way, the next returns at once.
CURLMcode ccurl_multi_wakeup(CURLM *multi);

/// Takes the next finished transfer off the queue: its handle, or null when none is left.
CURL *_Nullable ccurl_multi_next_finished(CURLM *multi, CURLcode *result);

#pragma clang assume_nonnull end
