import CCurl
import Foundation
import RapportCore

/// One libcurl handle, which keeps its connection between requests. It belongs to one thread.
final class WebhookConnection {
    enum Job: Sendable {
        case probe
        case post(headers: [String], body: [UInt8])
    }

    /// What libcurl's callbacks write while a request runs.
    private final class Talk {
        var retryAfter: String?
        var text: [UInt8] = []
    }

    private let endpoint: WebhookEndpoint
    private let handle: UnsafeMutableRawPointer
    private let talk = Talk()

    /// `curl_global_init` is not safe to call twice at once.
    private static let started: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init?(_ endpoint: WebhookEndpoint) {
        guard Self.started, let handle = curl_easy_init() else { return nil }
        self.endpoint = endpoint
        self.handle = handle
    }

    deinit { curl_easy_cleanup(handle) }

    func run(_ job: Job) -> WebhookOutcome {
        prepare()
        switch job {
        case .probe:
            rapport_curl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
            let code = curl_easy_perform(handle)
            return code == CURLE_OK ? .answered(status: 0, retryAfter: nil, text: "") : .failed(words(code))
        case .post(let headers, var body): return post(headers, &body)
        }
    }

    private func post(_ headers: [String], _ body: inout [UInt8]) -> WebhookOutcome {
        var list: UnsafeMutablePointer<curl_slist>?
        // Without an Expect of its own libcurl would wait a second for leave to send a large body.
        for header in ["Content-Type: application/json", "User-Agent: Rapport", "Expect:"] + headers + endpoint.headers {
            list = curl_slist_append(list, header)
        }
        defer { curl_slist_free_all(list) }
        rapport_curl_set_slist(handle, CURLOPT_HTTPHEADER, list)
        rapport_curl_set_long(handle, CURLOPT_POST, 1)
        rapport_curl_set_long(handle, CURLOPT_POSTFIELDSIZE, body.count)
        let code = body.withUnsafeMutableBytes { bytes in
            rapport_curl_set_pointer(handle, CURLOPT_POSTFIELDS, bytes.baseAddress)
            return curl_easy_perform(handle)
        }
        if code == CURLE_OK {
            var status = 0
            rapport_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
            return .answered(
                status: status, retryAfter: talk.retryAfter,
                text: String(decoding: talk.text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        var requested = 0
        rapport_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &requested)
        return requested > 0 ? .lost(words(code)) : .failed(words(code))
    }

    /// Options stay from request to request unless reset; the connection survives a reset.
    private func prepare() {
        curl_easy_reset(handle)
        talk.retryAfter = nil
        talk.text = []
        rapport_curl_set_string(handle, CURLOPT_URL, endpoint.url)
        rapport_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        rapport_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        rapport_curl_set_long(handle, CURLOPT_TIMEOUT_MS, Int(endpoint.timeout.milliseconds))
        rapport_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(min(endpoint.timeout.milliseconds, 10_000)))
        if let authorities = endpoint.authorities { rapport_curl_set_string(handle, CURLOPT_CAINFO, authorities) }
        let context = Unmanaged.passUnretained(talk).toOpaque()
        rapport_curl_set_header(
            handle,
            { buffer, size, count, context in
                if let buffer, let context {
                    let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
                    let line = String(decoding: bytes, as: UTF8.self)
                    if line.lowercased().hasPrefix("retry-after:") {
                        Unmanaged<Talk>.fromOpaque(context).takeUnretainedValue().retryAfter =
                            line.dropFirst(12).trimmingCharacters(in: .whitespacesAndNewlines)
                    }
                }
                return size * count
            }, context)
        rapport_curl_set_write(
            handle,
            { buffer, size, count, context in
                if let buffer, let context {
                    let talk = Unmanaged<Talk>.fromOpaque(context).takeUnretainedValue()
                    let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
                    // Enough to say why; the rest is read and forgotten.
                    talk.text += bytes.prefix(max(0, 200 - talk.text.count))
                }
                return size * count
            }, context)
    }

    private func words(_ code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }
}
