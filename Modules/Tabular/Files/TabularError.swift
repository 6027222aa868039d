/// Why a file cannot be read at all. What stands in it is never an error: see `TabularRow.notes`.
public enum TabularError: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case damagedGzip(path: String, reason: String)
    /// The line that was said to name the columns is not there, or not at the beginning that is looked at.
    case noHeader(path: String, line: Int)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .damagedGzip(let path, let reason): "\(path) is a damaged gzip file: \(reason)"
        case .noHeader(let path, let line):
            "\(path) has no line \(line) that could name the columns: correct header, or leave it out"
        }
    }
}
