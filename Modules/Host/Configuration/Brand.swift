/// `brands.NAME`: a legal entity that writes to people.
public struct Brand: Sendable, Hashable {
    public var name: String
    /// `title`: as people know it.
    public var title: String
    /// `from`: the address it writes from.
    public var from: String
    /// `reply_to`, if answers go elsewhere.
    public var replyTo: String?
    /// `postal_address`: marketing mail must show one.
    public var postalAddress: String
}
