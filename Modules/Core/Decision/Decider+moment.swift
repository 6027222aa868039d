extension Decider {
    enum Moment {
        case free
        case later(Timestamp, Reason)
        case never(Reason)
    }

    private static let day: Int64 = 86_400_000

    /// When the guards over time let a message go on `channel`: at `start`, later but before `limit`, or not at all.
    func moment(on channel: ChannelID) -> Moment {
        guard proposal.topicClass == .marketing || proposal.topicClass == .service else { return .free }
        let quiet = quietHours(on: channel)
        let caps = isMarketing ? policy.caps.filter { applies($0, to: channel) } : []
        var at = start
        var first: Reason?
        // Each guard moves the moment forward only, so the first moment that moves no further is the earliest free one.
        while true {
            let before = at
            for guardIndex in 0..<6 {
                let moved = pushed(at, by: guardIndex, quiet: quiet, caps: caps, channel: channel)
                guard moved.moment > at else { continue }
                at = moved.moment
                first = first ?? moved.reason
                if at >= limit, let first { return .never(first) }
            }
            if at == before { break }
        }
        return first.map { .later(at, $0) } ?? .free
    }

    private func pushed(_ at: Timestamp, by index: Int, quiet: [DailyHours], caps: [DecisionPolicy.Cap], channel: ChannelID)
        -> (moment: Timestamp, reason: Reason)
    {
        switch index {
        case 0: (isMarketing ? afterSilentDays(at) : at, .silentDay)
        case 1: (afterQuietHours(at, quiet), .quietHours)
        case 2: (isExempt(from: .capChannel) ? at : afterCaps(at, caps, .channel, channel), .capChannel)
        case 3: (isExempt(from: .capTopic) ? at : afterCaps(at, caps, .topic, channel), .capTopic)
        case 4: (isExempt(from: .capAll) ? at : afterCaps(at, caps, .all, channel), .capAll)
        default: (afterCaps(at, ownCap, .all, channel), .capPerson)
        }
    }

    /// What the person asked for, as a cap like those of the policy.
    private var ownCap: [DecisionPolicy.Cap] {
        guard isMarketing, let span = person.preferences.atMostEvery, span.milliseconds > 0 else { return [] }
        return [.init(scope: .all, limit: 1, window: span)]
    }

    private func afterSilentDays(_ at: Timestamp) -> Timestamp {
        guard !policy.silentDays.isEmpty else { return at }
        return person.zone.firstAfter(
            at, limit: limit, next: { ($0.flooredDivision(by: Self.day) + 1) * Self.day }, while: { isSilent(local: $0) })
    }

    private func isSilent(local: Int64) -> Bool {
        let date = CivilDate(daysSince1970: Int(local.flooredDivision(by: Self.day)))
        return policy.silentDays.contains {
            $0.month == date.month && $0.day == date.day && ($0.year == 0 || $0.year == date.year)
                && ($0.country == .unknown || $0.country == person.country)
        }
    }

    private func quietHours(on channel: ChannelID) -> [DailyHours] {
        var out = policy.quietHours.filter {
            $0.classes.has(proposal.topicClass) && ($0.channel == 0 || $0.channel == channel)
                && ($0.country == .unknown || $0.country == person.country)
        }.map(\.hours)
        if isMarketing, let own = person.preferences.quiet { out.append(own) }
        return out
    }

    private func afterQuietHours(_ at: Timestamp, _ windows: [DailyHours]) -> Timestamp {
        guard !windows.isEmpty else { return at }
        func window(over local: Int64) -> DailyHours? {
            let minute = Int((local - local.flooredDivision(by: Self.day) * Self.day) / 60_000)
            return windows.first { $0.contains(minute: minute) }
        }
        return person.zone.firstAfter(
            at, limit: limit,
            next: { local in
                guard let window = window(over: local) else { return local }
                let midnight = local.flooredDivision(by: Self.day) * Self.day
                let end = midnight + Int64(window.until) * 60_000
                return end > local ? end : end + Self.day
            }, while: { window(over: $0) != nil })
    }

    private func applies(_ cap: DecisionPolicy.Cap, to channel: ChannelID) -> Bool {
        switch cap.scope {
        case .channel: cap.id == 0 || cap.id == channel
        case .topic: cap.id == 0 || cap.id == proposal.topic
        case .all: true
        }
    }

    /// The first moment from `at` on at which every cap of `scope` has room. Contacts later than the moment count too.
    private func afterCaps(_ at: Timestamp, _ caps: [DecisionPolicy.Cap], _ scope: DecisionPolicy.Cap.Scope, _ channel: ChannelID)
        -> Timestamp
    {
        var out = at
        for cap in caps where cap.scope == scope {
            guard cap.limit > 0 else { return limit }
            let moments = person.contacts.filter { contact in
                guard contact.topicClass == .marketing, contact.act == 0 || contact.act != proposal.act else { return false }
                return switch scope {
                case .channel: contact.channel == channel
                case .topic: contact.topic == proposal.topic
                case .all: true
                }
            }.map(\.at).sorted(by: >)
            guard moments.count >= cap.limit else { continue }
            // The limit-th newest contact must have left the window: (moment − window, …] no longer holds it.
            out = max(out, moments[cap.limit - 1] + cap.window)
        }
        return out
    }
}
