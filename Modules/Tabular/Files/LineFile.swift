/// A file of lines, plain or gzip, read in batches in constant memory. Lines end with LF or CRLF.
///
/// Not `Sendable`: one task reads it.
public final class LineFile {
    public struct Line: Sendable {
        /// 1-based.
        public var number: Int64
        /// Where the next line starts, in bytes of the unpacked text.
        public var nextOffset: Int64
        /// Without its end.
        public var bytes: [UInt8]
    }

    public var size: Int64 { source.size }
    public var consumed: Int64 { source.consumed }

    private let source: ByteSource
    private var rest: [UInt8] = []
    private var number: Int64
    private var offset: Int64
    private var toDrop: Int64
    private var ended = false

    /// - Parameters:
    ///   - position: where to go on, from the same file's lines.
    ///   - limit: where a plain file ends for us: `GrowingFile.wholeLines`.
    /// - Throws: `TabularError`.
    public init(_ path: String, after position: TabularFile.Position? = nil, upTo limit: Int64? = nil) throws {
        source = try ByteSource(path, upTo: limit)
        number = position?.line ?? 1
        offset = position?.offset ?? 0
        if source.isGzip {
            toDrop = offset
        } else {
            source.seek(to: offset)
            toDrop = 0
        }
    }

    /// The next lines; `nil` at the end.
    ///
    /// - Throws: `TabularError`.
    public func next() throws -> [Line]? {
        var lines: [Line] = []
        while lines.isEmpty {
            if ended { return nil }
            let more = try source.next { bytes in
                let dropped = Int(min(Int64(bytes.count), toDrop))
                toDrop -= Int64(dropped)
                var from = dropped
                for index in dropped..<bytes.count where bytes[index] == 0x0A {
                    rest += bytes[from..<index]
                    take(&lines, terminator: 1)
                    from = index + 1
                }
                rest += bytes[from...]
            }
            if !more {
                ended = true
                if !rest.isEmpty { take(&lines, terminator: 0) }
            }
        }
        return lines
    }

    private func take(_ lines: inout [Line], terminator: Int64) {
        offset += Int64(rest.count) + terminator
        if rest.last == 0x0D { rest.removeLast() }
        if number == 1, rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
        lines.append(Line(number: number, nextOffset: offset, bytes: rest))
        number += 1
        rest.removeAll(keepingCapacity: true)
    }
}
