/// How an objective stands.
public enum ObjectiveVerdict: String, Sendable, Hashable, CaseIterable {
    /// The period has not begun, or too few steps of it are over.
    case early
    /// It will be reached if it goes on like this.
    case onTrack = "on_track"
    /// It will not.
    case drifting
    /// It is reached: for good, or at the end of the period.
    case reached
    /// It is not, and can no more be.
    case missed
    /// The period is over, and there was nothing to measure.
    case unmeasured
    /// What it is measured by has stopped coming (`ObjectiveSilence`): the figures are of the time before.
    case silent = "no_data"

    /// Whether somebody should do something.
    public var isAlarming: Bool { self == .drifting || self == .missed || self == .unmeasured || self == .silent }
}
