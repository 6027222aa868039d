public import RapportCore

/// What applying would do, or did, to one definition.
public struct DefinitionChange: Sendable, Hashable {
    public enum Action: String, Sendable, Hashable { case added, changed, removed, unchanged, missing }

    public var kind: String
    public var name: String
    /// `missing`: in force, and not among the drafts; it stays unless removal is asked for.
    public var action: Action
    /// The version that the change makes; for `unchanged` and `missing` the one in force.
    public var version: Int64
    public var differences: [JSONDifference]

    public var changesAnything: Bool { action != .unchanged && action != .missing }
}

/// A value at a dotted path that differs between two JSON values; `nil` where there is none.
public struct JSONDifference: Sendable, Hashable {
    public var path: String
    public var before: JSONValue?
    public var after: JSONValue?

    public init(path: String, before: JSONValue?, after: JSONValue?) {
        self.path = path
        self.before = before
        self.after = after
    }

    /// The differences between two values, deepest paths named, in the order of `after`, then what is gone.
    public static func between(_ before: JSONValue?, _ after: JSONValue?, path: String = "") -> [JSONDifference] {
        if before?.canonicalText == after?.canonicalText { return [] }
        guard case .object(let old)? = before, case .object(let new)? = after else {
            return [JSONDifference(path: path, before: before, after: after)]
        }
        let names = new.map(\.name) + old.map(\.name).filter { after?[$0] == nil }
        return names.flatMap { name in
            between(before?[name], after?[name], path: path.isEmpty ? name : "\(path).\(name)")
        }
    }
}
