#include "CSigning.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

// The struct is only a name: a key is OpenSSL's own.
static EVP_PKEY *openssl_key(const struct rapport_rsa *key) { return (EVP_PKEY *)key; }

struct rapport_rsa *rapport_rsa_read(const uint8_t *der, size_t length) {
    if (length > LONG_MAX) return NULL;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &der, (long)length);
    if (key != NULL && EVP_PKEY_base_id(key) != EVP_PKEY_RSA) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    // What went wrong stays in a list of this thread, where the next user of OpenSSL would find it.
    ERR_clear_error();
    return (struct rapport_rsa *)key;
}

int rapport_rsa_sign_sha256(const struct rapport_rsa *key, const uint8_t *digest, uint8_t *signature, size_t *length) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(openssl_key(key), NULL);
    int done = context != NULL && EVP_PKEY_sign_init(context) > 0
               && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0
               && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0
               && EVP_PKEY_sign(context, signature, length, digest, 32) > 0;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return done;
}

void rapport_rsa_free(struct rapport_rsa *key) { EVP_PKEY_free(openssl_key(key)); }
