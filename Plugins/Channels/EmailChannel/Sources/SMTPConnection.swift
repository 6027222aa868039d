import CCurl
import Foundation
import RapportCore
import RapportPluginKit

/// One libcurl handle, which keeps its connection between messages. It belongs to one thread.
final class SMTPConnection {
    private let server: SMTPServer
    private let handle: UnsafeMutableRawPointer
    private let talk = Talk()

    /// What libcurl's callbacks read and write while a conversation runs.
    final class Talk {
        var mail: [UInt8] = []
        var read = 0
        /// Whether libcurl has been told that the mail ends: from then on the server may have all of it.
        var ended = false
        var lines: [String] = []
    }

    /// Asking for it may ask the network, so it is asked for once.
    private static let machine = ProcessInfo.processInfo.hostName

    /// `curl_global_init` is not safe to call twice at once.
    private static let started: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init?(server: SMTPServer) {
        guard Self.started, let handle = curl_easy_init() else { return nil }
        self.server = server
        self.handle = handle
    }

    deinit { curl_easy_cleanup(handle) }

    func send(from: String, to: String, mail: [UInt8]) -> SMTPOutcome {
        prepare()
        talk.mail = mail
        var recipients: UnsafeMutablePointer<curl_slist>?
        recipients = curl_slist_append(recipients, "<\(to)>")
        defer { curl_slist_free_all(recipients) }
        rapport_curl_set_long(handle, CURLOPT_UPLOAD, 1)
        rapport_curl_set_string(handle, CURLOPT_MAIL_FROM, "<\(from)>")
        rapport_curl_set_slist(handle, CURLOPT_MAIL_RCPT, recipients)
        rapport_curl_set_read(
            handle,
            { buffer, size, count, context in
                guard let buffer, let context else { return 0 }
                let talk = Unmanaged<Talk>.fromOpaque(context).takeUnretainedValue()
                let length = min(size * count, talk.mail.count - talk.read)
                if length == 0 {
                    talk.ended = true
                    return 0
                }
                talk.mail.withUnsafeBytes { bytes in
                    guard let base = bytes.baseAddress else { return }
                    memcpy(buffer, base + talk.read, length)
                }
                talk.read += length
                return length
            }, Unmanaged.passUnretained(talk).toOpaque())
        return outcome(of: curl_easy_perform(handle))
    }

    /// Connects, says EHLO, signs in, and asks for nothing but help.
    func probe() -> SMTPOutcome {
        prepare()
        rapport_curl_set_string(handle, CURLOPT_CUSTOMREQUEST, "NOOP")
        rapport_curl_set_write(handle, { _, size, count, _ in size * count }, nil)
        return outcome(of: curl_easy_perform(handle))
    }

    /// Options stay from conversation to conversation unless reset; the connection survives a reset.
    private func prepare() {
        curl_easy_reset(handle)
        talk.lines = []
        talk.read = 0
        talk.ended = false
        let hello = server.hello ?? Self.machine
        rapport_curl_set_string(handle, CURLOPT_URL, "\(server.url)/\(hello)")
        rapport_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        rapport_curl_set_long(handle, CURLOPT_TIMEOUT_MS, Int(server.timeout.milliseconds))
        rapport_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(min(server.timeout.milliseconds, 10_000)))
        rapport_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        rapport_curl_set_long(
            handle, CURLOPT_USE_SSL, server.security == .none ? Int(CURLUSESSL_NONE.rawValue) : Int(CURLUSESSL_ALL.rawValue))
        if let authorities = server.authorities { rapport_curl_set_string(handle, CURLOPT_CAINFO, authorities) }
        if let username = server.username, let password = server.password {
            rapport_curl_set_string(handle, CURLOPT_USERNAME, username)
            rapport_curl_set_string(handle, CURLOPT_PASSWORD, password.exposed)
        }
        rapport_curl_set_header(
            handle,
            { buffer, size, count, context in
                if let buffer, let context {
                    let talk = Unmanaged<Talk>.fromOpaque(context).takeUnretainedValue()
                    let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
                    var line = bytes[...]
                    while let last = line.last, last <= 0x20 { line.removeLast() }
                    talk.lines.append(String(decoding: line.drop { $0 <= 0x20 }.prefix(500), as: UTF8.self))
                }
                return size * count
            }, Unmanaged.passUnretained(talk).toOpaque())
    }

    private func outcome(of code: CURLcode) -> SMTPOutcome {
        let replies = talk.lines.filter { Int($0.prefix(3)) != nil }
        if code == CURLE_OK { return .accepted(replies.last ?? "") }
        // After a refusal libcurl may still say QUIT: what counts is the refusal.
        let last = replies.last { $0 >= "4" } ?? replies.last ?? ""
        let answer = Int(last.prefix(3)) ?? 0
        let words = String(cString: curl_easy_strerror(code))
        // Refused before any message: our credentials, our greeting, our certificate. The person's address is not to blame.
        if code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED || code == CURLE_PEER_FAILED_VERIFICATION {
            return .failed("\(words) \(last)".trimmingCharacters(in: .whitespaces))
        }
        if answer >= 400, isAboutMessage { return .refused(code: answer, text: last) }
        if talk.ended, answer == 354 { return .lost("the line broke before the server answered: \(words)") }
        return .failed(answer >= 400 ? last : words)
    }

    /// Whether the server had let us in when it refused. A reused connection has; on a new one EHLO was answered by 250.
    private var isAboutMessage: Bool {
        var connects = 0
        rapport_curl_get_long(handle, CURLINFO_NUM_CONNECTS, &connects)
        return connects == 0 || talk.lines.contains { $0.hasPrefix("250") }
    }
}
