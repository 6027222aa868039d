/// Why a file cannot be checked although it can be read.
public enum CheckupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Zeros and control characters: a program, a picture, a workbook.
    case binary(path: String, kind: String?)
    /// A role was stated for a column that the list does not have.
    case noColumn(path: String, name: String, nearest: String?)

    public var path: String {
        switch self {
        case .binary(let path, _), .noColumn(let path, _, _): path
        }
    }

    /// It is about a column, not about the file.
    public var isColumn: Bool { if case .noColumn = self { true } else { false } }

    public var description: String {
        switch self {
        case .binary(_, let kind?): "this is \(kind), not text. Save it as CSV and check that"
        case .noColumn(_, let name, let nearest):
            "there is no column \"\(name)\"" + (nearest.map { ", did you mean \"\($0)\"?" } ?? "")
        case .binary(_, nil): "this is no text, so no list. Save it as CSV and check that"
        }
    }
}
