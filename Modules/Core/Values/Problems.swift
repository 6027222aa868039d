/// Several problems found in one go, so that a person mends a file once and not line by line.
public struct Problems: Error, Sendable, Hashable, CustomStringConvertible {
    public let list: [Problem]

    public init(_ list: [Problem]) { self.list = list }

    public var description: String { list.map(\.description).joined(separator: "\n") }

    /// Throws what was found: nothing, the one problem, or all of them.
    public static func check(_ list: [Problem]) throws {
        if list.count == 1, let only = list.first { throw only }
        if !list.isEmpty { throw Problems(list) }
    }
}
