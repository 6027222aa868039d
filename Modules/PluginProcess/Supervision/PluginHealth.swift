public import RapportCore

/// How an external plugin is.
public enum PluginHealth: Sendable, Hashable {
    /// Not started: it starts with the first work for it.
    case stopped
    case running(processID: Int32)
    /// It failed and is left alone until a moment.
    case backingOff(until: Timestamp, failures: Int, reason: String)
    /// It failed again and again: one try after this moment, and nothing before.
    case quarantined(until: Timestamp, failures: Int, reason: String)
}

/// When a failing plugin is tried again.
public struct RestartPolicy: Sendable, Hashable {
    /// The wait after the first failure; it doubles with each.
    public var first: Span
    public var longest: Span
    /// Failures in a row that put it in quarantine.
    public var quarantineAfter: Int
    public var quarantine: Span

    public init(
        first: Span = .seconds(1), longest: Span = .minutes(1), quarantineAfter: Int = 5, quarantine: Span = .minutes(10)
    ) {
        self.first = first
        self.longest = longest
        self.quarantineAfter = quarantineAfter
        self.quarantine = quarantine
    }

    func wait(after failures: Int) -> Span {
        if failures >= quarantineAfter { return quarantine }
        return min(longest, Span(milliseconds: first.milliseconds << Int64(min(failures - 1, 20))))
    }
}
