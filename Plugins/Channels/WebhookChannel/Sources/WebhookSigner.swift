import Crypto
import Foundation
import RapportCore
import RapportPluginKit

/// Signs as the Standard Webhooks specification 1.0.0 says (symmetric, version v1).
struct WebhookSigner: Sendable {
    private let key: SymmetricKey

    /// `nil` unless the secret is `whsec_` and 24 to 64 bytes in base64.
    init?(_ secret: Secret) {
        guard secret.exposed.hasPrefix("whsec_"), let bytes = Data(base64Encoded: String(secret.exposed.dropFirst(6))),
            (24...64).contains(bytes.count)
        else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The three headers of a request. The id stays the same when a message is posted again, the moment does not.
    func headers(id: String, at moment: Timestamp, body: [UInt8]) -> [String] {
        let seconds = moment.milliseconds / 1_000
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(id).\(seconds).".utf8) + body, using: key)
        return [
            "webhook-id: \(id)", "webhook-timestamp: \(seconds)", "webhook-signature: v1,\(Data(code).base64EncodedString())",
        ]
    }
}
