public import RapportCore

/// How good what is known of people is: by field, by source and by segment, with what did not come in and what to do first.
public struct DataHealth: Sendable, Hashable {
    /// A field, or a kind of identifier.
    public struct Subject: Sendable, Hashable {
        public var name: String
        public var isIdentifier: Bool
        public var type: String
        public var purpose: String
        public var owner: String?
        public var budget: Span?
    }

    /// How many people have a value, and in how many of these cases something is wrong with it.
    public struct Tally: Sendable, Hashable {
        public var known: Int64 = 0
        /// No value of its type, or one that cannot be: a country that is none, a phone number that nobody can have, an address
        /// to which messages bounce.
        public var invalid: Int64 = 0
        /// Past the budget.
        public var stale: Int64 = 0
        /// Sources disagree; of one source: it says something else than what holds.
        public var conflicts: Int64 = 0

        static func += (left: inout Tally, right: Tally) {
            left.known += right.known
            left.invalid += right.invalid
            left.stale += right.stale
            left.conflicts += right.conflicts
        }
    }

    /// A source, a segment, or everybody.
    public struct Group: Sendable, Hashable {
        public var name: String
        /// Of whom it knows something, or who is in it.
        public var people: Int64
        /// How many of them wait for somebody to say whether they are the same as another person.
        public var duplicates: Int64
        /// In the order of `subjects`.
        public var tallies: [Tally]

        public var total: Tally { tallies.reduce(into: Tally()) { $0 += $1 } }
    }

    /// A segment of which nothing can be told by the values of its people.
    public struct Idle: Sendable, Hashable {
        public enum State: Sendable, Hashable {
            /// Nobody is in it since then: since the last one left, or since it was defined.
            case empty(since: Timestamp)
            /// It is being counted or filled: who is in it is not known yet, in so many partitions.
            case filling(partitionsLeft: Int)
        }

        public var name: String
        public var state: State

        var json: JSONValue {
            switch state {
            case .empty(let since): ["name": .string(name), "state": "empty", "since": .string(since.rfc3339)]
            case .filling(let left):
                ["name": .string(name), "state": "filling", "partitions_left": .integer(Int64(left))]
            }
        }
    }

    /// Data that a source sent and that did not come in, or not whole.
    public struct Dropped: Sendable, Hashable {
        public enum Reason: String, Sendable, Hashable {
            /// Nobody declared the field or event, and it was left out.
            case dropped
            /// The whole record was refused because of it.
            case refused
            /// It was no value of the field's type.
            case unfit
            /// It was no address, number or time, and was left out.
            case unread
            /// An event of an order came in that does not say of which.
            case unnumbered
        }

        public var source: String
        public var name: String
        public var reason: Reason
        public var count: Int64

        public init(source: String, name: String, reason: Reason, count: Int64) {
            self.source = source
            self.name = name
            self.reason = reason
            self.count = count
        }
    }

    /// Something to do, for so many people or values.
    public struct Finding: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case dead, duplicates, conflicts, stale, invalid, undeclared, unfit, unread, unowned, unnumbered, sparse
        }

        public var kind: Kind
        /// A field, or a source.
        public var name: String
        public var count: Int64
        public var of: Int64
    }

    public var at: Timestamp
    public var subjects: [Subject]
    public var everybody: Group
    /// Those that know most people first.
    public var sources: [Group]
    /// Those with people in them, by name.
    public var segments: [Group]
    /// Those without, and those that are still being filled.
    public var idle: [Idle]
    /// Pairs of people that wait for somebody to say whether they are one.
    public var duplicates: Int64
    /// People with an address to which messages bounce.
    public var dead: Int64
    /// Most first.
    public var dropped: [Dropped]

    public var people: Int64 { everybody.people }

    /// The worst first: what concerns most people, one finding of a kind for each field or source.
    public var findings: [Finding] {
        var found: [Finding] = []
        func add(_ kind: Finding.Kind, _ name: String, _ count: Int64, of: Int64) {
            if count > 0 { found.append(Finding(kind: kind, name: name, count: count, of: of)) }
        }
        add(.dead, "", dead, of: people)
        add(.duplicates, "", duplicates, of: people)
        for (subject, tally) in zip(subjects, everybody.tallies) {
            add(.conflicts, subject.name, tally.conflicts, of: tally.known)
            add(.stale, subject.name, tally.stale, of: tally.known)
            // What bounces has been said.
            if !subject.isIdentifier || dead == 0 { add(.invalid, subject.name, tally.invalid, of: tally.known) }
            if !subject.isIdentifier, subject.owner == nil, tally.known > 0 { add(.unowned, subject.name, 1, of: 1) }
            // Asked of nearly nobody: either it is not needed, or nobody asks.
            if tally.known > 0, tally.known * 20 < people { add(.sparse, subject.name, tally.known, of: people) }
        }
        for one in dropped {
            let kind: Finding.Kind =
                switch one.reason {
                case .dropped, .refused: .undeclared
                case .unfit: .unfit
                case .unread: .unread
                case .unnumbered: .unnumbered
                }
            add(kind, "\(one.source): \(one.name)", one.count, of: one.count)
        }
        let last: Set<Finding.Kind> = [.unowned, .sparse]
        return found.sorted { one, other in
            (last.contains(one.kind) ? 1 : 0, -one.count, one.kind.rawValue, one.name)
                < (last.contains(other.kind) ? 1 : 0, -other.count, other.kind.rawValue, other.name)
        }
    }
}

extension DataHealth {
    public var json: JSONValue {
        func group(_ group: Group) -> JSONValue {
            let fields = zip(subjects, group.tallies).filter { $0.1.known > 0 }.map { subject, tally in
                JSONValue.Member(subject.name, Self.json(tally))
            }
            return [
                "name": .string(group.name), "people": .integer(group.people), "duplicates": .integer(group.duplicates),
                "fields": .object(fields),
            ]
        }
        return [
            "at": .string(at.rfc3339), "people": .integer(people),
            "fields": .array(
                zip(subjects, everybody.tallies).map { subject, tally -> JSONValue in
                    let members: [JSONValue.Member] = [
                        .init("name", .string(subject.name)), .init("identifier", .bool(subject.isIdentifier)),
                        .init("type", .string(subject.type)), .init("purpose", .string(subject.purpose)),
                        .init("owner", subject.owner.map { .string($0) } ?? .null),
                        .init("budget_ms", subject.budget.map { .integer($0.milliseconds) } ?? .null),
                    ]
                    return .object(members + (Self.json(tally).object ?? []))
                }),
            "sources": .array(sources.map(group)), "segments": .array(segments.map(group)),
            "idle_segments": .array(idle.map(\.json)),
            "duplicates": .integer(duplicates), "dead_addresses": .integer(dead),
            "dropped": .array(
                dropped.map { one -> JSONValue in
                    [
                        "source": .string(one.source), "name": .string(one.name), "reason": .string(one.reason.rawValue),
                        "count": .integer(one.count),
                    ]
                }),
            "findings": .array(
                findings.map { one -> JSONValue in
                    [
                        "kind": .string(one.kind.rawValue), "name": .string(one.name), "count": .integer(one.count),
                        "of": .integer(one.of),
                    ]
                }),
        ]
    }

    private static func json(_ tally: Tally) -> JSONValue {
        [
            "known": .integer(tally.known), "invalid": .integer(tally.invalid), "stale": .integer(tally.stale),
            "conflicts": .integer(tally.conflicts),
        ]
    }
}
