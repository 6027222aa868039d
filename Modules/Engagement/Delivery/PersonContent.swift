public import RapportCore
public import RapportStorage

/// What a message says about the person it goes to, read in the transaction that lets it pass.
public struct PersonContent: Sendable, Hashable {
    public var publicID: String
    /// Fields by name, as people wrote them; what is unproven is left out.
    public var values: [String: String]
    /// BCP 47
    public var language: String?

    public init(publicID: String, values: [String: String] = [:], language: String? = nil) {
        self.publicID = publicID
        self.values = values
        self.language = language
    }
}

/// Reads contents from the record.
public protocol PersonContents: Sendable {
    func contents(of people: [PersonID], fields: Set<String>, in db: Connection) throws -> [PersonID: PersonContent]
}
