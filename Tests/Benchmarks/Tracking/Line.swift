import Foundation

/// One connection kept open to an HTTP server on this machine: blocking, and no more than a load needs.
final class Line {
    struct Broken: Error {}

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    /// - Parameter address: `http://127.0.0.1:8080`
    init(_ address: String) throws {
        guard let url = URL(string: address), let host = url.host(), let port = url.port else { throw Broken() }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, host, &place.sin_addr)
        let connected = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Broken() }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    /// Posts JSON and waits for the whole answer.
    ///
    /// - Returns: the status.
    func post(_ path: String, _ body: String) throws -> Int {
        let request =
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        var bytes = Array(request.utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { throw Broken() }
            bytes = bytes.dropFirst(sent)
        }
        var answer: [UInt8] = []
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw Broken() }
            answer += buffer[..<count]
            if let status = Self.complete(answer) { return status }
        }
    }

    /// The status, once head and body are there.
    private static func complete(_ answer: [UInt8]) -> Int? {
        let text = String(decoding: answer, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.lowerBound].lowercased()
        var length = 0
        for line in head.split(separator: "\r\n") where line.hasPrefix("content-length:") {
            length = Int(line.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) ?? 0
        }
        guard text[end.upperBound...].utf8.count >= length else { return nil }
        return Int(head.split(separator: " ").dropFirst().first ?? "")
    }
}
