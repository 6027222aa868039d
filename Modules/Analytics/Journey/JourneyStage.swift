/// A stage of the customer's journey: which events say that somebody is in it, and how it is judged.
public struct JourneyStage: Sendable, Hashable {
    /// In the order of the journey.
    public enum Name: String, Sendable, Hashable, CaseIterable, Comparable {
        case find
        case trial = "try"
        case buy, use, help, stay, recommend

        public static func < (left: Name, right: Name) -> Bool { left.place < right.place }
        var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// Answers on a scale: `mean(survey.answered.score, survey: "csat")`.
    public struct Score: Sendable, Hashable {
        public var figure: String
        /// From this answer on somebody is satisfied, or found it easy.
        public var from: Double
    }

    /// From an event to the first one after it that ends the wait.
    public struct Waiting: Sendable, Hashable {
        public var from: String
        public var to: String
        /// A declared property that both have, where several waits of one person go on at once.
        public var by: String?
    }

    public var name: Name
    /// As the house calls it.
    public var title: String?
    public var events: [String] = []
    /// Events that count from somebody's second on.
    public var repeated: [String] = []
    /// Where one goes from here; `nil`: nowhere.
    public var next: Name?
    public var satisfaction: Score?
    public var effort: Score?
    public var waiting: Waiting?
    /// Complaints about this stage. Where no stage names `complaint.opened`, each counts for the stage that the person was in last.
    public var complaints: [String] = []

    public init(_ name: Name, next: Name? = nil) {
        self.name = name
        self.next = next
    }
}

extension JourneyStage {
    static let complaint = "complaint.opened"

    /// What is taken where the house says nothing else.
    public static let usual: [JourneyStage] = Name.allCases.map { name in
        var stage = JourneyStage(name)
        func csat(_ surveys: String...) -> Score {
            Score(figure: figure(surveys), from: 4)
        }
        switch name {
        case .find:
            stage.next = .trial
            stage.events = ["session.started", "page.viewed", "screen.viewed", "link.clicked(human: true)", "occasion.attended"]
            stage.satisfaction = csat("csat_find")
        case .trial:
            stage.next = .buy
            stage.events = ["product.viewed", "cart.updated", "checkout.started", "form.submitted", "track.trial_started"]
            stage.satisfaction = csat("csat_try")
        case .buy:
            stage.next = .use
            stage.events = ["order.placed"]
            stage.satisfaction = csat("csat_buy")
            stage.effort = Score(figure: figure(["ces_buy"]), from: 5)
            stage.waiting = Waiting(from: "order.placed", to: "order.delivered")
        case .use:
            stage.next = .stay
            stage.events = ["order.delivered", "track.*"]
            stage.satisfaction = csat("csat", "csat_use")
        case .help:
            stage.next = .stay
            stage.events = [complaint, "case.opened", "chat.held", "message.received", "call.held(direction: \"inbound\")"]
            stage.satisfaction = csat("csat_help")
            stage.effort = Score(figure: figure(["ces", "ces_help"]), from: 5)
            stage.waiting = Waiting(from: complaint, to: "complaint.closed")
        case .stay:
            stage.next = .recommend
            stage.repeated = ["order.placed"]
            stage.satisfaction = csat("csat_stay")
        case .recommend:
            stage.events = [
                "referral.made", "review.posted(where stars >= 4)", "survey.answered(survey: \"nps\", where score >= 9)",
            ]
            stage.satisfaction = Score(figure: figure(["nps"]), from: 9)
        }
        return stage
    }

    private static func figure(_ surveys: [String]) -> String {
        "mean(survey.answered.score, where survey in (\(surveys.map { "\"\($0)\"" }.joined(separator: ", "))))"
    }
}
