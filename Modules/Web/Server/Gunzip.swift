import CZlib
import RapportCore

/// Unpacks gzip (RFC 1952) and zlib (RFC 1950) bodies, refusing what would grow beyond a limit.
enum Gunzip {
    /// All members of a gzip file, one after another (RFC 1952, section 2.2), as they come from who packs in parallel or appends.
    ///
    /// - Throws: `Problem` `http.bad_encoding` for damaged or cut input, and where something else follows a member; `http.too_large`
    ///   beyond `limit` bytes of all of them together.
    static func unpack(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        var stream = z_stream()
        // 32 added to the window bits: gzip and zlib headers are told apart by zlib.
        guard inflateInit2_(&stream, MAX_WBITS + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw Problem("http.bad_encoding", "the body cannot be unpacked")
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var out: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var status = Z_OK
        try input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while status == Z_OK {
                let produced = chunk.withUnsafeMutableBufferPointer { target -> Int in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    return target.count - Int(stream.avail_out)
                }
                guard out.count + produced <= limit else {
                    throw Problem("http.too_large", "the unpacked body is larger than \(limit) bytes")
                }
                out += chunk[..<produced]
                if status == Z_STREAM_END, stream.avail_in > 0, inflateReset(&stream) == Z_OK { status = Z_OK }
                if status == Z_OK, produced == 0, stream.avail_in == 0 { break }
            }
        }
        guard status == Z_STREAM_END else { throw Problem("http.bad_encoding", "the body is not complete gzip") }
        return out
    }
}
