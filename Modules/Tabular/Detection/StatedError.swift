/// A part of a file's dialect that was stated in a way nobody can follow.
public struct StatedError: Error, Sendable, Hashable {
    /// `delimiter`, `quote`, `escape`, `encoding`, `header`, `skip`.
    public var option: String
    public var reason: String
    public var remedy: String?
}
