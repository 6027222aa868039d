// libcurl's option setters are variadic, which Swift cannot call: one plain function per argument type.
#pragma once
#include <curl/curl.h>

CURLcode rapport_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode rapport_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode rapport_curl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode rapport_curl_set_slist(CURL *handle, CURLoption option, struct curl_slist *value);
CURLcode rapport_curl_set_read(CURL *handle, size_t (*callback)(char *, size_t, size_t, void *), void *context);
CURLcode rapport_curl_set_write(CURL *handle, size_t (*callback)(char *, size_t, size_t, void *), void *context);
CURLcode rapport_curl_set_header(CURL *handle, size_t (*callback)(char *, size_t, size_t, void *), void *context);
CURLcode rapport_curl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode rapport_curl_get_string(CURL *handle, CURLINFO info, const char **value);
