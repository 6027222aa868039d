/// How far each of several files has been read. A file that no longer begins as it did is read from its start.
public struct FileBookmarks: Sendable, Hashable {
    private var files: [String: FileBookmark] = [:]

    /// Reads what `text` wrote; whatever else stands there is passed over.
    public init(_ text: String?) {
        for line in (text ?? "").split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 4)
            let numbers = parts.prefix(4).compactMap { Int64($0) }
            guard parts.count == 5, numbers.count == 4 else { continue }
            files[String(parts[4])] = FileBookmark(
                position: .init(offset: numbers[0], line: numbers[1]), prefix: numbers[2], check: numbers[3])
        }
    }

    /// Where to go on in a file; `nil`: from its start.
    ///
    /// - Throws: `TabularError.unreadable`.
    public func start(of path: String) throws -> TabularFile.Position? {
        guard let bookmark = files[path], try bookmark.fits(path) else { return nil }
        return bookmark.position
    }

    public mutating func set(_ path: String, _ bookmark: FileBookmark) { files[path] = bookmark }

    /// A line a file: offset, line, prefix and check, and its path.
    public var text: String {
        files.sorted { $0.key < $1.key }.map { path, bookmark in
            "\(bookmark.position.offset)\t\(bookmark.position.line)\t\(bookmark.prefix)\t\(bookmark.check)\t\(path)"
        }.joined(separator: "\n")
    }
}
