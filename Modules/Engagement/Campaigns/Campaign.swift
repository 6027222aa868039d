public import RapportCore

/// A campaign: one message to everyone in a segment who may have it.
public struct Campaign: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        case draft, approved, scheduled, sending, paused, stopped, done
    }

    /// Who begins and ends campaigns by itself, as the history names it.
    static let house = "rapport"

    /// Something that somebody did to it.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        case draft, approve, send, start, pause, resume, stop, finish
    }

    /// Who did what, and when.
    public struct Record: Sendable, Hashable {
        public var step: Step
        /// The state after it.
        public var state: State
        public var at: Timestamp
        public var actor: String
        public var note: String

        public init(step: Step, state: State, at: Timestamp, actor: String, note: String = "") {
            self.step = step
            self.state = state
            self.at = at
            self.actor = actor
            self.note = note
        }
    }

    public var id: Int64
    public var name: String
    public var state: State
    public var plan: CampaignPlan
    /// 0 until it is approved.
    public var templateVersion: Int64
    /// People in the segment when it was last counted: at approval, and again at sending.
    public var size: Int64
    /// 0 until sending begins.
    public var act: Int64
    /// When the first message leaves; meaningful once it is scheduled.
    public var startsAt: Timestamp
    /// Oldest first.
    public var history: [Record]

    /// The state that `step` leads to.
    ///
    /// - Throws: `Problem` `campaign.wrong_state`, saying what can be done instead.
    func state(after step: Step) throws -> State {
        if let next = Self.next(state, step) { return next }
        let possible = Step.allCases.filter { $0 != .start && $0 != .finish && Self.next(state, $0) != nil }
        throw Problem(
            "campaign.wrong_state", "the campaign \"\(name)\" is \(state.rawValue), so it cannot \(step.rawValue)",
            remedy: possible.isEmpty
                ? "Draft another one." : "Possible now: \(possible.map(\.rawValue).joined(separator: ", ")).")
    }

    private static func next(_ state: State, _ step: Step) -> State? {
        switch (state, step) {
        case (.draft, .draft), (.approved, .draft): .draft
        case (.draft, .approve): .approved
        case (.approved, .send): .scheduled
        case (.scheduled, .start): .sending
        case (.scheduled, .pause), (.sending, .pause): .paused
        // Whether it has begun is the act's to tell: a campaign paused in its grace goes back to waiting for its start.
        case (.paused, .resume): .sending
        case (.draft, .stop), (.approved, .stop), (.scheduled, .stop), (.sending, .stop), (.paused, .stop): .stopped
        case (.sending, .finish): .done
        default: nil
        }
    }

    /// Who wrote the plan as it stands.
    var drafter: String? { history.last { $0.step == .draft }?.actor }
    var approver: String? { history.last { $0.step == .approve }?.actor }
}
