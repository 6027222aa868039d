public import RapportCore
public import RapportStorage

/// What people do with campaigns: each method is one step, recorded with who and when.
public struct CampaignDesk: Sendable {
    let database: any Database
    let gatekeeper: any Gatekeeper
    let audience: any Audience
    let templates: TemplateStore
    let brands: Set<String>
    let channels: Set<String>
    let clock: any WallClock

    /// - Parameters:
    ///   - brands: the names of the brands in rapport.yaml.
    ///   - channels: the names of the channel instances.
    public init(
        database: any Database, gatekeeper: any Gatekeeper, audience: any Audience, templates: TemplateStore, brands: Set<String>,
        channels: Set<String>, clock: any WallClock
    ) {
        self.database = database
        self.gatekeeper = gatekeeper
        self.audience = audience
        self.templates = templates
        self.brands = brands
        self.channels = channels
        self.clock = clock
    }

    /// Writes a plan: a new campaign, or another plan for one that nobody has sent. An approval it had is void.
    public func draft(_ name: String, _ plan: CampaignPlan, actor: String) async throws -> Campaign {
        let now = clock.now
        return try await database.write { db in
            try check(name, plan, in: db)
            let exists = try db.integer("SELECT id FROM campaigns WHERE name = \(name)") != nil
            if !exists { _ = try CampaignStore.insert(name, plan, in: db) }
            var campaign = try CampaignStore.campaign(name, in: db)
            let old = campaign.state
            campaign.state = try campaign.state(after: .draft)
            campaign.plan = plan
            campaign.templateVersion = 0
            campaign.size = try audience.size(of: plan.segment, in: db)
            try CampaignStore.write(campaign, from: old, .init(step: .draft, state: .draft, at: now, actor: actor), in: db)
            return try CampaignStore.campaign(name, in: db)
        }
    }

    /// Approves the plan as it stands, with the template as it stands.
    ///
    /// - Throws: `Problem` `campaign.second_person` where the size, or the class, asks for somebody other than the drafter.
    public func approve(_ name: String, actor: String, note: String = "") async throws -> Campaign {
        let now = clock.now
        return try await step(name, .approve, actor: actor, note: note, at: now) { campaign, db in
            try check(name, campaign.plan, in: db)
            campaign.size = try audience.size(of: campaign.plan.segment, in: db)
            try checkSecondPerson(campaign, approver: actor, in: db)
            campaign.templateVersion = try templates.version(of: campaign.plan.template, in: db) ?? 0
        }
    }

    /// Lets it go after its grace, or not before `at`.
    public func send(_ name: String, at: Timestamp? = nil, actor: String) async throws -> Campaign {
        let now = clock.now
        return try await step(name, .send, actor: actor, at: now) { campaign, db in
            // The segment lives: it may have grown since the approval.
            campaign.size = try audience.size(of: campaign.plan.segment, in: db)
            try checkSecondPerson(campaign, approver: campaign.approver ?? "", in: db)
            campaign.startsAt = max(at ?? now, now + campaign.plan.grace)
        }
    }

    /// Holds it where it is. What is being handed over in this moment leaves; nothing after it.
    public func pause(_ name: String, actor: String, note: String = "") async throws -> Campaign {
        try await step(name, .pause, actor: actor, note: note, at: clock.now) { campaign, db in
            if campaign.act != 0 { try ActStore.set(.paused, of: campaign.act, in: db) }
        }
    }

    /// Goes on where it was. Nobody gets it twice.
    public func resume(_ name: String, actor: String) async throws -> Campaign {
        try await step(name, .resume, actor: actor, at: clock.now) { campaign, db in
            if campaign.act == 0 {
                campaign.state = .scheduled
            } else {
                try ActStore.set(.running, of: campaign.act, in: db)
            }
        }
    }

    /// Ends it for good. What waits is dropped.
    public func stop(_ name: String, actor: String, note: String = "") async throws -> Campaign {
        try await step(name, .stop, actor: actor, note: note, at: clock.now) { campaign, db in
            if campaign.act != 0 { try ActStore.set(.stopped, of: campaign.act, in: db) }
        }
    }

    private func step(
        _ name: String, _ step: Campaign.Step, actor: String, note: String = "", at now: Timestamp,
        _ change: @escaping @Sendable (inout Campaign, Connection) throws -> Void
    ) async throws -> Campaign {
        try await database.write { db in
            var campaign = try CampaignStore.campaign(name, in: db)
            let old = campaign.state
            campaign.state = try campaign.state(after: step)
            try change(&campaign, db)
            try CampaignStore.write(
                campaign, from: old, .init(step: step, state: campaign.state, at: now, actor: actor, note: note), in: db)
            return try CampaignStore.campaign(name, in: db)
        }
    }

    private func checkSecondPerson(_ campaign: Campaign, approver: String, in db: Connection) throws {
        guard approver == campaign.drafter else { return }
        let topicClass = try audience.topicClass(of: campaign.plan.topic, in: db)
        if campaign.size > campaign.plan.approveOver {
            throw Problem(
                "campaign.second_person",
                "the campaign \"\(campaign.name)\" goes to \(campaign.size) people, and over \(campaign.plan.approveOver) somebody other than \(approver) approves",
                remedy: "Ask a colleague to run rapport campaigns approve \(campaign.name).")
        }
        if topicClass == .notice {
            throw Problem(
                "campaign.second_person", "a notice passes every guard, so somebody other than \(approver) approves it",
                remedy: "Ask a colleague to run rapport campaigns approve \(campaign.name).")
        }
    }

    /// Everything that is wrong with a plan, at once.
    private func check(_ name: String, _ plan: CampaignPlan, in db: Connection) throws {
        var problems: [Problem] = []
        func known(_ value: String, _ what: String, _ all: some Collection<String>) {
            guard !all.contains(value) else { return }
            let nearest = Spelling.nearest(to: value, in: all)
            problems.append(
                Problem(
                    "campaign.unknown_\(what)", "there is no \(what) \"\(value)\"", at: .init(path: "\(name).\(what)"),
                    remedy: nearest.map { "Did you mean \"\($0)\"?" }))
        }
        if name.isEmpty || !name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }) {
            problems.append(Problem("campaign.bad_name", "a campaign's name is letters, digits, - and _"))
        }
        known(plan.brand, "brand", brands)
        known(plan.channel, "channel", channels)
        if try audience.unready(in: db).contains(plan.segment) {
            problems.append(
                Problem(
                    "campaign.segment_filling", "the segment \"\(plan.segment)\" is still being counted or filled",
                    at: .init(path: "\(name).segment"), remedy: "Wait until `rapport segments list` says that it is live."))
        } else {
            known(plan.segment, "segment", try audience.segments(in: db))
        }
        known(plan.topic, "topic", try audience.topics(in: db))
        // What everybody concerned must hear is not kept from those who want no marketing.
        if let topicClass = try audience.topicClass(of: plan.topic, in: db), topicClass == .notice || topicClass == .security,
            try audience.purpose(of: plan.segment, in: db) == .marketing
        {
            problems.append(
                Problem(
                    "campaign.purpose",
                    "the segment \"\(plan.segment)\" is for marketing and leaves out who objects to it, and \(plan.topic) is \(topicClass.name)",
                    at: .init(path: "\(name).segment"),
                    remedy: "Give the segment purpose: service, or write to one that has it."))
        }
        if plan.holdOut > 0, let topicClass = try audience.topicClass(of: plan.topic, in: db), topicClass != .marketing {
            problems.append(
                Problem(
                    "campaign.hold_out", "nobody is kept from what is \(topicClass.name): only marketing has hold-outs",
                    at: .init(path: "\(name).hold_out"), remedy: "Leave the hold-out away, or write about another topic."))
        }
        if !(0...HoldOut.whole / 2).contains(plan.holdOut) {
            problems.append(
                Problem(
                    "campaign.hold_out",
                    "a hold-out of \(HoldOut.text(plan.holdOut)) leaves fewer to write to than it keeps back",
                    at: .init(path: "\(name).hold_out"), remedy: "Keep back at most 50 %."))
        }
        if let version = try templates.version(of: plan.template, in: db) {
            let template = try templates.renderer(plan.template, version: version, in: db).template
            let fields = Set(template.tokens.values.map(\.field))
            let marketing = try audience.topicClass(of: plan.topic, in: db) == .marketing
            problems += TemplateLint.check(template, fields: fields, marketing: marketing)
        } else {
            known(
                plan.template, "template",
                try db.all("SELECT DISTINCT name FROM definitions WHERE kind = 'template' ORDER BY name") { $0.text(0) })
        }
        try Problems.check(problems)
    }
}
