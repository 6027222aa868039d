import Foundation

/// A program to start as a child, and what it gets to see.
public struct ChildCommand: Sendable, Hashable {
    /// The program, looked up on PATH where it has no slash, and its arguments.
    public var arguments: [String]
    /// The whole environment: nothing of the host's own is inherited.
    public var environment: [String: String]
    /// Its working folder: relative paths in `arguments` start here.
    public var folder: String
    /// Longest line that it may write, in bytes.
    public var maximumLine: Int

    public init(
        _ arguments: [String], folder: String, environment: [String: String] = ChildCommand.cleanEnvironment,
        maximumLine: Int = 10_000_000
    ) {
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.maximumLine = maximumLine
    }

    /// PATH and LANG, and nothing else: the host's environment holds secrets.
    public static var cleanEnvironment: [String: String] {
        let own = ProcessInfo.processInfo.environment
        return ["PATH": own["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", "LANG": own["LANG"] ?? "C.UTF-8"]
    }
}

/// How a child ended.
public enum ChildEnding: Sendable, Hashable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)

    public var description: String {
        switch self {
        case .code(let code): "ended with exit code \(code)"
        case .signal(let signal): "was ended by signal \(signal)"
        }
    }
}

/// What a child does, in order, told on the thread that reads it.
public enum ChildOutput: Sendable, Hashable {
    /// A line of standard output, without its line feed.
    case line([UInt8])
    /// A line of standard output passed the limit and was thrown away.
    case lineTooLong
    /// Standard output ended within a line.
    case halfLine([UInt8])
    /// A line of standard error.
    case log(String)
    /// The last there is to tell: the child and its group are gone.
    case ended(ChildEnding)
}
