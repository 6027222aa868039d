#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that are no text, told by their first bytes: what people name by mistake where a table is wanted.
public enum BinaryFile {
    private static let beginnings: [(bytes: [UInt8], kind: String)] = [
        // PKWARE's APPNOTE, 4.3.7; [MS-CFB] 2.2; ISO 32000, 7.5.2; RFC 2083, 3.1; ISO 10918-1, B.1.1.3; ELF; SQLite's file format, 1.3.
        ([0x50, 0x4B, 0x03, 0x04], "a zip file or a workbook (.xlsx)"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "a workbook (.xls) or another document"),
        (Array("%PDF-".utf8), "a PDF file"),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "a picture"),
        ([0xFF, 0xD8, 0xFF], "a picture"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"),
        (Array("SQLite format 3\0".utf8), "a database"),
    ]

    /// What a file is instead of text; `nil` for text, for anything unknown, and where it cannot be read.
    public static func kind(of path: String) -> String? {
        var status = stat()
        // Whoever writes into a pipe must not lose its reader.
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var head = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &head, head.count, 0)
        return beginnings.first { count >= $0.bytes.count && head.starts(with: $0.bytes) }?.kind
    }
}
