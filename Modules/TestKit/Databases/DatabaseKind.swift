import Foundation
public import Testing

/// A kind of database that tests run on: `@Test(arguments: DatabaseKind.available)`.
public enum DatabaseKind: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case sqlite
    case postgres

    /// The kinds that this machine can run; `RAPPORT_TEST_DATABASES=sqlite` asks for fewer.
    public static let available: [DatabaseKind] = {
        let asked = ProcessInfo.processInfo.environment["RAPPORT_TEST_DATABASES"]?.split(separator: ",").map(String.init)
        var kinds = allCases.filter { asked?.contains($0.rawValue) ?? true }
        if kinds.contains(.postgres), PostgresServer.binaries == nil {
            kinds.removeAll { $0 == .postgres }
            let note = "PostgreSQL is not installed: tests on it are skipped (apt-get install postgresql-15)\n"
            FileHandle.standardError.write(Data(note.utf8))
        }
        return kinds
    }()

    public var testDescription: String { rawValue }
}
