/// Why a file cannot be checked although it can be read.
public enum CheckupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Zeros and control characters: a program, a picture, a workbook.
    case binary(path: String, kind: String?)

    public var path: String {
        switch self {
        case .binary(let path, _): path
        }
    }

    public var description: String {
        switch self {
        case .binary(_, let kind?): "this is \(kind), not text. Save it as CSV and check that"
        case .binary(_, nil): "this is no text, so no list. Save it as CSV and check that"
        }
    }
}
