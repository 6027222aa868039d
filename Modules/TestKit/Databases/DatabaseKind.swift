public import Testing

/// A kind of database that tests run on: `@Test(arguments: DatabaseKind.available)`.
public enum DatabaseKind: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case sqlite

    /// The kinds that this machine can run.
    public static var available: [DatabaseKind] { allCases }

    public var testDescription: String { rawValue }
}
