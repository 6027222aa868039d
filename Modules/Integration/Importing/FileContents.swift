import Crypto
import Foundation

/// What files hold, whatever they are called and whenever they were written.
public enum FileContents {
    /// The same for the same bytes in the same number of files: SHA-256 over the length and the bytes of each, in hexadecimal.
    ///
    /// A file that cannot be read counts as empty: whoever reads it next says why.
    public static func fingerprint(of paths: [String]) -> String {
        var hash = SHA256()
        for path in paths {
            var size = 0
            if let file = FileHandle(forReadingAtPath: path) {
                while let bytes = try? file.read(upToCount: 1 << 18), !bytes.isEmpty {
                    hash.update(data: bytes)
                    size += bytes.count
                }
                try? file.close()
            }
            hash.update(data: Data("\0\(size)\0".utf8))
        }
        return hash.finalize().map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }
}
