#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that somebody may still be writing.
public enum GrowingFile {
    private static let block = 1 << 16

    /// How far a file may be read: to the end of its last whole line, where it has changed lately; `nil`: all of it.
    ///
    /// A packed file is read as it is: cut short, it says so by itself.
    ///
    /// - Parameters:
    ///   - settle: how long, in milliseconds, a file must have stood unchanged to be taken as it is.
    ///   - now: in milliseconds UTC.
    ///   - encoding: where it is stated.
    /// - Throws: `TabularError.unreadable`.
    public static func wholeLines(
        of path: String, settle: Int64, now: Int64, encoding stated: TextEncoding? = nil
    ) throws -> Int64? {
        guard settle > 0 else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TabularError.unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw TabularError.unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        let changed = Int64(status.st_mtim.tv_sec) * 1_000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        // A time that lies far ahead is a wrong clock and says nothing.
        guard abs(now - changed) < settle else { return nil }
        let beginning = bytes(descriptor, 0, 4_096)
        guard !beginning.starts(with: [0x1F, 0x8B]) else { return nil }
        let (found, mark) = TextEncoding.detect(beginning)
        let units = Units(stated ?? found, from: Int64(mark))
        // Old files end lines with CR alone; in others a CR may stand within a line.
        for end in [0x0A, 0x0D] as [UInt8] {
            if let place = units.last(end, of: descriptor, size: Int64(status.st_size)) { return place }
        }
        return 0
    }

    /// Bytes, or pairs of bytes, from where the text begins.
    private struct Units {
        let width: Int64
        let isBigEndian: Bool
        let start: Int64

        init(_ encoding: TextEncoding, from start: Int64) {
            width = encoding == .utf16LittleEndian || encoding == .utf16BigEndian ? 2 : 1
            isBigEndian = encoding == .utf16BigEndian
            self.start = start
        }

        /// The place after the last `byte`.
        func last(_ byte: UInt8, of descriptor: Int32, size: Int64) -> Int64? {
            var end = size - max(0, size - start) % width
            while end > start {
                let from = max(start, end - Int64(GrowingFile.block))
                let bytes = GrowingFile.bytes(descriptor, from, Int(end - from))
                var index = bytes.count - Int(width)
                while index >= 0 {
                    if isUnit(byte, bytes, index) { return from + Int64(index) + width }
                    index -= Int(width)
                }
                end = from
            }
            return nil
        }

        private func isUnit(_ byte: UInt8, _ bytes: [UInt8], _ index: Int) -> Bool {
            guard width == 2 else { return bytes[index] == byte }
            return isBigEndian
                ? bytes[index] == 0 && bytes[index + 1] == byte : bytes[index] == byte && bytes[index + 1] == 0
        }
    }

    private static func bytes(_ descriptor: Int32, _ offset: Int64, _ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &bytes, count, off_t(offset))
        return Array(bytes.prefix(max(0, got)))
    }
}
