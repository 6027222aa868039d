// RSA signatures by the system's OpenSSL, which libcurl has loaded anyway: it uses what the processor has for long numbers
// (AVX-512 IFMA among it), and needs less than half of the time of the BoringSSL within swift-crypto.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// A private key; safe to use by several threads at once.
struct rapport_rsa;

/// Reads a key in its DER form (PKCS#1 or PKCS#8). Returns a key to be freed with rapport_rsa_free, or null.
struct rapport_rsa *rapport_rsa_read(const uint8_t *der, size_t length);

/// Signs a SHA-256 digest of 32 bytes by PKCS#1 v1.5 (RFC 8017, section 8.2).
///
/// `length` is the room in `signature`, and becomes the signature's length. Returns 1, or 0 if it could not be signed.
int rapport_rsa_sign_sha256(const struct rapport_rsa *key, const uint8_t *digest, uint8_t *signature, size_t *length);

void rapport_rsa_free(struct rapport_rsa *key);
