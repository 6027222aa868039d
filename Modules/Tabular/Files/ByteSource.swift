import CZlib

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file read in chunks, unpacked on the way if it is gzip (RFC 1952, several members in a row too).
final class ByteSource {
    static let chunk = 1 << 18

    let path: String
    let isGzip: Bool
    /// Bytes of the file itself.
    let size: Int64
    /// Bytes of the file read so far, packed ones where it is packed.
    private(set) var consumed: Int64 = 0

    private let descriptor: Int32
    /// Where a plain file ends for us.
    private let limit: Int64
    private let input: UnsafeMutablePointer<UInt8>
    private var inflater: Inflater?

    /// - Parameter limit: where a plain file ends for us; `nil`: where it ends.
    /// - Throws: `TabularError.unreadable`.
    init(_ path: String, unpacking: Bool = true, upTo limit: Int64? = nil) throws {
        self.path = path
        self.limit = limit ?? .max
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TabularError.unreadable(path: path, reason: String(cString: strerror(errno))) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw TabularError.unreadable(path: path, reason: "it is a folder")
        }
        size = Int64(status.st_size)
        input = .allocate(capacity: Self.chunk)
        var magic: [UInt8] = [0, 0]
        isGzip = unpacking && pread(descriptor, &magic, 2, 0) == 2 && magic == [0x1F, 0x8B]
        if isGzip { inflater = try Inflater(path) }
    }

    deinit {
        close(descriptor)
        input.deallocate()
    }

    /// Calls `body` with the next bytes. `false` at the end.
    func next(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws -> Bool {
        while true {
            if let inflater, inflater.hasInput {
                let output = try inflater.unpack()
                if output.isEmpty { continue }
                try body(output)
                return true
            }
            let wanted = isGzip ? Self.chunk : Int(min(Int64(Self.chunk), max(0, limit - consumed)))
            var got: Int
            repeat { got = read(descriptor, input, wanted) } while got < 0 && errno == EINTR
            guard got >= 0 else { throw TabularError.unreadable(path: path, reason: String(cString: strerror(errno))) }
            if got == 0 {
                if let inflater, !inflater.atMemberEnd {
                    throw TabularError.damagedGzip(path: path, reason: "the file is cut short")
                }
                return false
            }
            consumed += Int64(got)
            let bytes = UnsafeBufferPointer(start: UnsafePointer(input), count: got)
            guard let inflater else {
                try body(bytes)
                return true
            }
            inflater.give(bytes)
        }
    }

    /// Moves to a byte of a plain file.
    func seek(to offset: Int64) {
        _ = lseek(descriptor, off_t(offset), SEEK_SET)
        consumed = offset
    }
}

/// zlib's inflate over several gzip members.
private final class Inflater {
    private let path: String
    // zlib keeps the address of its stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutablePointer<UInt8>
    private var outputWasFull = false
    private(set) var atMemberEnd = false

    init(_ path: String) throws {
        self.path = path
        output = .allocate(capacity: ByteSource.chunk)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, 16: expect a gzip header.
        guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw TabularError.damagedGzip(path: path, reason: "zlib does not start")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    var hasInput: Bool { stream.pointee.avail_in > 0 || outputWasFull }

    /// The bytes must stay where they are until `hasInput` is false.
    func give(_ bytes: UnsafeBufferPointer<UInt8>) {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.pointee.avail_in = UInt32(bytes.count)
    }

    func unpack() throws -> UnsafeBufferPointer<UInt8> {
        if atMemberEnd {
            outputWasFull = false
            // Padding after the last member is no member.
            guard stream.pointee.avail_in > 0, stream.pointee.next_in[0] == 0x1F else {
                stream.pointee.avail_in = 0
                return UnsafeBufferPointer(start: nil, count: 0)
            }
            inflateReset(stream)
            atMemberEnd = false
        }
        stream.pointee.next_out = output
        stream.pointee.avail_out = UInt32(ByteSource.chunk)
        let result = inflate(stream, Z_NO_FLUSH)
        outputWasFull = stream.pointee.avail_out == 0
        switch result {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: atMemberEnd = true
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(result)"
            throw TabularError.damagedGzip(path: path, reason: reason)
        }
        return UnsafeBufferPointer(start: output, count: ByteSource.chunk - Int(stream.pointee.avail_out))
    }
}
