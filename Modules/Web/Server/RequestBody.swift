import HTTPTypes
import Hummingbird
import NIOCore
import RapportCore

extension Request {
    /// The body's bytes, unpacked if the client packed them.
    ///
    /// - Throws: `Problem` `http.too_large` beyond `limit` bytes, packed or not; `http.unsupported_encoding`.
    func bytes(limit: Int) async throws -> [UInt8] {
        let bytes = try await rawBytes(limit: limit)
        switch headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": return bytes
        case "gzip", "x-gzip", "deflate": return try Gunzip.unpack(bytes, limit: limit)
        case let other?: throw Problem("http.unsupported_encoding", "the encoding \(other) is not understood; send gzip or none")
        }
    }

    /// The body's bytes as they were sent.
    ///
    /// - Throws: `Problem` `http.too_large` beyond `limit` bytes, `http.incomplete`.
    func rawBytes(limit: Int) async throws -> [UInt8] { Array(try await buffer(limit: limit).readableBytesView) }

    /// The body as JSON, read where it lies unless the client packed it.
    ///
    /// - Throws: `Problem` `json.invalid`, `http.too_large` beyond `limit` bytes, packed or not; `http.unsupported_encoding`.
    func json(limit: Int) async throws -> JSONValue {
        guard headers[.contentEncoding] == nil else { return try JSONValue(parsing: try await bytes(limit: limit)) }
        return try await buffer(limit: limit).withUnsafeReadableBytes { bytes in
            try bytes.withMemoryRebound(to: UInt8.self) { try JSONValue(parsing: $0) }
        }
    }

    private func buffer(limit: Int) async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Problem("http.too_large", "the body is larger than \(limit) bytes")
        } catch {
            // Whoever sent it broke off, or cannot speak HTTP: no fault of ours, and nothing for the log.
            throw Problem("http.incomplete", "the body ended before it was whole")
        }
    }
}
