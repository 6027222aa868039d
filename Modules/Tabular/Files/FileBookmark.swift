import CZlib

/// How far a file has been read, and enough of its beginning to know it again when it has grown.
public struct FileBookmark: Sendable, Hashable {
    public var position: TabularFile.Position
    /// How many bytes of the beginning the check sums up, at most 4,096.
    public var prefix: Int64
    /// CRC-32 of those bytes.
    public var check: Int64

    public init(position: TabularFile.Position, prefix: Int64, check: Int64) {
        self.position = position
        self.prefix = prefix
        self.check = check
    }

    /// The bookmark of a file at `position`.
    ///
    /// - Throws: `TabularError.unreadable`.
    public init(_ path: String, at position: TabularFile.Position) throws {
        let beginning = try Self.beginning(of: path, 4_096)
        self.init(position: position, prefix: Int64(beginning.count), check: Self.sum(beginning))
    }

    /// Whether `path` still begins as it did.
    public func fits(_ path: String) throws -> Bool {
        let beginning = try Self.beginning(of: path, Int(prefix))
        return beginning.count == Int(prefix) && Self.sum(beginning) == check
    }

    private static func beginning(of path: String, _ count: Int) throws -> [UInt8] {
        var out: [UInt8] = []
        _ = try ByteSource(path, unpacking: false).next { out = Array($0.prefix(count)) }
        return out
    }

    private static func sum(_ bytes: [UInt8]) -> Int64 { Int64(crc32(0, bytes, UInt32(bytes.count))) }
}
