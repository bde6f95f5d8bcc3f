/* What Swift cannot import of libcurl: the variadic setters; and the one thing
   libcurl does not tell: which certificate was refused, and when it ended.
   The libcurl behind this must be the one built with OpenSSL. */
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

typedef size_t (*ccurl_receive)(char *bytes, size_t size, size_t count, void *context);
typedef curl_socket_t (*ccurl_open)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(handle, option, list);
}
static inline CURLcode ccurl_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(handle, option, &blob);
}
static inline CURLcode ccurl_set_error_buffer(CURL *handle, char *buffer) {
    return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}
static inline CURLcode ccurl_on_body(CURL *handle, ccurl_receive receive, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
    return code ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}
static inline CURLcode ccurl_on_header(CURL *handle, ccurl_receive receive, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, receive);
    return code ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}
static inline CURLcode ccurl_on_open(CURL *handle, ccurl_open open, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open);
    return code ? code : curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
}
static inline long ccurl_long(CURL *handle, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}
static inline const char *ccurl_text(CURL *handle, CURLINFO info) {
    char *text = NULL;
    return curl_easy_getinfo(handle, info, &text) == CURLE_OK ? text : NULL;
}
/* How the one transfer of a multi handle ended; -1 while it runs. */
static inline int ccurl_ended(CURLM *multi) {
    int left = 0, code = -1;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)))
        if (message->msg == CURLMSG_DONE) code = message->data.result;
    return code;
}

/* One certificate; subject is RFC 2253 text and empty when there was none. */
struct ccurl_certificate {
    int64_t begins, expires;
    char subject[512];
};
/* What the other side showed: its own certificate, and the one refused with
   the reason (X509_V_…). libcurl's CURLINFO_SSL_VERIFYRESULT is 1 whenever it
   dislikes the name, which says "unspecified"; here that is X509_V_OK. */
struct ccurl_peer {
    struct ccurl_certificate leaf, refused;
    int error;
};

static inline int64_t ccurl_seconds(const ASN1_TIME *moment) {
    struct tm parts;
    memset(&parts, 0, sizeof parts);
    return moment && ASN1_TIME_to_tm(moment, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}
static inline void ccurl_note(struct ccurl_certificate *note, X509 *certificate) {
    BIO *text = certificate ? BIO_new(BIO_s_mem()) : NULL;
    if (!text) return;
    X509_NAME_print_ex(
        text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    int count = BIO_read(text, note->subject, sizeof note->subject - 1);
    note->subject[count > 0 ? count : 0] = 0;
    BIO_free(text);
    note->begins = ccurl_seconds(X509_get0_notBefore(certificate));
    note->expires = ccurl_seconds(X509_get0_notAfter(certificate));
}
/* Looks on; OpenSSL's own judgement stands. */
static inline int ccurl_look_on(int ok, X509_STORE_CTX *store) {
    SSL *ssl = (SSL *)X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct ccurl_peer *peer =
        ssl ? (struct ccurl_peer *)SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)) : NULL;
    if (!peer) return ok;
    ccurl_note(&peer->leaf, X509_STORE_CTX_get0_cert(store));
    if (!ok) {
        peer->error = X509_STORE_CTX_get_error(store);
        ccurl_note(&peer->refused, X509_STORE_CTX_get_current_cert(store));
    }
    return ok;
}
static inline CURLcode ccurl_attach(CURL *handle, void *context, void *peer) {
    (void)handle;
    SSL_CTX_set_app_data((SSL_CTX *)context, peer);
    SSL_CTX_set_verify((SSL_CTX *)context, SSL_VERIFY_PEER, ccurl_look_on);
    return CURLE_OK;
}
static inline CURLcode ccurl_set_peer(CURL *handle, struct ccurl_peer *peer) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, ccurl_attach);
    return code ? code : curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, peer);
}
static inline const char *ccurl_subject(const struct ccurl_certificate *certificate) {
    return certificate->subject;
}
