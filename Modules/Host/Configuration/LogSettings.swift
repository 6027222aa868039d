/// `log`: how the processes log.
public struct LogSettings: Sendable, Hashable {
    public enum Format: String, Sendable, CaseIterable { case text, json }
    /// `level`, default `info`.
    public var level: String
    /// `format`, default `text`; `json` writes a JSON object a line.
    public var format: Format
}
