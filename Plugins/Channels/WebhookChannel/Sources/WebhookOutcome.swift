import CCurl
import Foundation
import RapportCore
import RapportPluginKit

/// Where messages are posted to, and how.
struct WebhookEndpoint: Sendable {
    let url: String
    let headers: [String]
    let authorities: String?
    let timeout: Span
}

/// How one request ended.
enum WebhookOutcome: Sendable {
    case answered(status: Int, retryAfter: String?, text: String)
    /// Nothing of the request had left.
    case failed(String)
    /// The line broke, or time ran out, after the request or a part of it had left.
    case lost(String)

    var reason: String {
        switch self {
        case .answered(let status, _, let text): text.isEmpty ? "it answers \(status)" : "it answers \(status): \(text)"
        case .failed(let reason), .lost(let reason): reason
        }
    }

    func result(now: Timestamp, isIdempotent: Bool) -> SendResult {
        switch self {
        case .failed: return .deferred(until: nil, reason: reason)
        case .lost: return isIdempotent ? .deferred(until: nil, reason: reason) : .inDoubt(reason: reason)
        case .answered(let status, let retryAfter, _):
            switch status {
            case 200..<300: return .sent(providerID: nil)
            // "Gone" is how a receiver says that it wants no more (Standard Webhooks, "Responding").
            case 410: return .refused(reason: reason)
            // The address or our standing there is wrong, not the message: it waits until that is mended.
            case 300..<400, 401, 403, 404, 405, 407: return .deferred(until: nil, reason: reason)
            case 408, 409, 425, 429, 500...: return .deferred(until: Self.moment(retryAfter, now: now), reason: reason)
            default: return .refused(reason: reason)
            }
        }
    }

    /// Retry-After (RFC 9110, section 10.2.3) is seconds or a date; a day at the most is believed.
    static func moment(_ retryAfter: String?, now: Timestamp) -> Timestamp? {
        guard let text = retryAfter?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return nil }
        let moment: Timestamp
        if let seconds = Int64(text) {
            guard seconds >= 0 else { return nil }
            moment = now + .seconds(min(seconds, 86_400))
        } else {
            let seconds = curl_getdate(text, nil)
            guard seconds > 0 else { return nil }
            moment = min(Timestamp(milliseconds: Int64(seconds) * 1_000), now + .days(1))
        }
        return max(moment, now)
    }
}
