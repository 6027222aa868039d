/// Why a file cannot be read at all. What stands in it is never an error: see `TabularRow.notes`.
public enum TabularError: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case damagedGzip(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .damagedGzip(let path, let reason): "\(path) is a damaged gzip file: \(reason)"
        }
    }
}
