public import RapportCore

/// The specification of a plugin's settings: decoding, checking, JSON Schema, the reference page and the sample all come
/// from it.
public struct Spec: Sendable {
    public var options: [Option]
    public init(_ options: [Option]) { self.options = options }

    public struct Option: Sendable, Hashable {
        public enum Kind: Sendable, Hashable {
            case text
            case integer(minimum: Int64, maximum: Int64)
            case flag
            case choice([String])
            /// `30s`, `5m`, `24h`, `180d`.
            case span
            /// A path; relative ones start at the folder of the configuration file.
            case path
            /// From the environment (`env: NAME`) or a file (`file: PATH`), never from the YAML itself, never logged.
            case secret
            case list
            /// Free text keys to text values.
            case map
            /// Any values by key, nested as one likes: for what is handed on to another program.
            case values
        }
        /// snake_case.
        public var name: String
        public var kind: Kind
        public var required: Bool
        /// As it would be written in YAML.
        public var defaultValue: JSONValue?
        /// One full sentence.
        public var help: String
        /// A value for the sample.
        public var example: JSONValue?

        public init(
            _ name: String, _ kind: Kind, required: Bool = false, default defaultValue: JSONValue? = nil, help: String,
            example: JSONValue? = nil
        ) {
            self.name = name
            self.kind = kind
            self.required = required
            self.defaultValue = defaultValue
            self.help = help
            self.example = example
        }
    }
}
