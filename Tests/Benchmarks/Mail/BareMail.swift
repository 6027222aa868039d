import ArgumentParser
import CCurl
import Foundation

/// The baseline of mail: libcurl in a loop over one connection that is kept, the same bytes again and again.
struct BareMail: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bare-mail", abstract: "Sends the same mail in a loop, by libcurl alone.")

    @Option(help: "An SMTP server on this machine.") var port: Int
    @Option(help: "How many.") var count = 20_000
    @Option(help: "The bytes of a mail.") var bytes = 3_000

    private final class Talk {
        var mail: [UInt8] = []
        var read = 0
    }

    func run() throws {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        guard let handle = curl_easy_init() else { throw ValidationError("libcurl does not start") }
        defer { curl_easy_cleanup(handle) }
        let talk = Talk()
        let line = String(repeating: "x", count: 70) + "\r\n"
        talk.mail = Array(
            ("From: <a@example.com>\r\nTo: <b@example.com>\r\nSubject: bare\r\n\r\n"
                + String(repeating: line, count: max(1, bytes / line.utf8.count))).utf8)
        rapport_curl_set_string(handle, CURLOPT_URL, "smtp://127.0.0.1:\(port)/bench.example")
        rapport_curl_set_string(handle, CURLOPT_MAIL_FROM, "<a@example.com>")
        let recipients = curl_slist_append(nil, "<b@example.com>")
        defer { curl_slist_free_all(recipients) }
        rapport_curl_set_slist(handle, CURLOPT_MAIL_RCPT, recipients)
        rapport_curl_set_long(handle, CURLOPT_UPLOAD, 1)
        rapport_curl_set_read(
            handle,
            { buffer, size, count, context in
                guard let buffer, let context else { return 0 }
                let talk = Unmanaged<Talk>.fromOpaque(context).takeUnretainedValue()
                let length = min(size * count, talk.mail.count - talk.read)
                guard length > 0 else { return 0 }
                talk.mail.withUnsafeBytes { bytes in
                    if let base = bytes.baseAddress { memcpy(buffer, base + talk.read, length) }
                }
                talk.read += length
                return length
            }, Unmanaged.passUnretained(talk).toOpaque())
        let start = ContinuousClock.now
        for _ in 0..<count {
            talk.read = 0
            let code = curl_easy_perform(handle)
            guard code == CURLE_OK else { throw ValidationError(String(cString: curl_easy_strerror(code))) }
        }
        let microseconds = max(1, Int((ContinuousClock.now - start) / .microseconds(1)))
        print(#"{"sent": \#(count), "per_second": \#(count * 1_000_000 / microseconds)}"#)
    }
}
