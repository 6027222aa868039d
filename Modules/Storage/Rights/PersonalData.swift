public import RapportCore

/// A module that keeps records of people, and answers for them when a person asks what is kept (GDPR, article 15) or to be
/// forgotten (article 17). `Host` has the list of them.
public protocol PersonalData: Sendable {
    /// Every table of the module, those without people too.
    var tables: [PersonalTable] { get }
    /// What an access export tells beside the rows of the tables.
    func sections(of subject: DataSubject, in db: Connection) throws -> [PersonalSection]
    /// Finds what names the person by no column, as long as the values by which it is found are known. Reads only; what it
    /// returns is done in the transaction that erases.
    func search(_ subject: DataSubject, in db: Connection) throws -> [ErasureWork]
    /// Whether something of the person is on its way out of the house at this moment, so that an erasure would not reach it and has to
    /// wait. Called in the transaction that erases, before anything is; what it looks at stays as it is until that ends.
    func isLeaving(_ subject: DataSubject, in db: Connection) throws -> Bool
    /// Erases, in the transaction, what the tables do not say by themselves. Called before the tables' rows are erased.
    func erase(_ subject: DataSubject, in db: Connection) throws -> [ErasedPlace]
    /// Finds, after the erasure, what is left of the person's events elsewhere. Reads only; each piece of work is a short
    /// transaction of its own. Doing it again does no harm.
    func leftovers(of subject: DataSubject, in db: Connection) throws -> [ErasureWork]
}

extension PersonalData {
    public func sections(of subject: DataSubject, in db: Connection) throws -> [PersonalSection] { [] }
    public func search(_ subject: DataSubject, in db: Connection) throws -> [ErasureWork] { [] }
    public func isLeaving(_ subject: DataSubject, in db: Connection) throws -> Bool { false }
    public func erase(_ subject: DataSubject, in db: Connection) throws -> [ErasedPlace] { [] }
    public func leftovers(of subject: DataSubject, in db: Connection) throws -> [ErasureWork] { [] }
}

/// A part of an access export: `name` has the heading `rights.section.NAME`.
public struct PersonalSection: Sendable {
    public var name: String
    public var rows: [JSONValue]

    public init(_ name: String, _ rows: [JSONValue]) {
        self.name = name
        self.rows = rows
    }
}

/// A line of the receipt of an erasure.
public struct ErasedPlace: Sendable, Hashable {
    /// `table`, `file` or `index`.
    public var what: String
    public var name: String
    public var count: Int

    public init(_ name: String, _ count: Int, what: String = "table") {
        self.what = what
        self.name = name
        self.count = count
    }
}

/// A piece of an erasure that has been found and is yet to be done.
public struct ErasureWork: Sendable {
    let run: @Sendable (Connection) throws -> ErasedPlace

    public init(_ run: @escaping @Sendable (Connection) throws -> ErasedPlace) { self.run = run }
}
