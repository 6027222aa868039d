import CZlib
import Foundation

/// Small files at once.
public enum WholeFile {
    /// The bytes of a file, unpacked if it is a gzip file.
    ///
    /// - Throws: `TabularError`.
    public static func read(_ path: String) throws -> [UInt8] {
        // gzread passes through what is not compressed.
        guard let file = gzopen(path, "rb") else {
            throw TabularError.unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { gzclose(file) }
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = gzread(file, &buffer, UInt32(buffer.count))
            guard count >= 0 else { throw TabularError.damagedGzip(path: path, reason: "it cannot be unpacked") }
            if count == 0 { return out }
            out += buffer[..<Int(count)]
        }
    }
}
