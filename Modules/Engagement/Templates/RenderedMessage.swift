/// What one person would read.
public struct RenderedMessage: Sendable, Hashable {
    public var subject: String
    public var text: String
    public var html: String?
    public var language: String
    /// Tokens that fell back, sorted.
    public var fallbacks: [String]
}
