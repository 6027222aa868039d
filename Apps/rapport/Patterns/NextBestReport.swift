import Foundation
import RapportAnalytics
import RapportCore
import RapportTabular

/// What `rapport next-best` says.
struct NextBestReport {
    private let found: NextBest
    private let person: String?
    private let topic: String?
    private let zone: TimeZoneRules
    private let output: Output
    /// Rows of a table, and of a picture.
    private static let shown = 12

    init(_ found: NextBest, person: String?, topic: String?, zone: TimeZoneRules, _ output: Output) {
        self.found = found
        self.person = person
        self.topic = topic
        self.zone = zone
        self.output = output
    }

    private func day(_ at: Timestamp) -> String { CivilDate(daysSince1970: Int(zone.day(of: at.milliseconds))).text }
    private func say(_ key: String, _ values: [String: String] = [:]) -> String { output.text("next_best.\(key)", values) }
    private func percent(_ share: Double) -> String { NumberText.percent(share) }
    private func number(_ count: Int) -> String { NumberText.grouped(count) }

    var telling: Telling {
        let about = topic.map { say("about", ["topic": $0]) } ?? ""
        var telling = Telling(
            title: say("title.\(found.question.rawValue)"),
            subtitle: say("of", ["since": day(found.responses.since), "until": day(found.responses.until), "about": about]))
        telling.parts.append(contentsOf: opening.map { .sentence($0) })
        // Where nothing was sent there is nothing to tell apart.
        for part in found.parts where found.house.messages > 0 {
            telling.parts.append(.heading(title(part)))
            telling.parts.append(.sentence(verdict(part)))
            guard !part.contest.candidates.isEmpty else { continue }
            telling.parts += pictures(part)
            if part.isRandomised { telling.parts.append(.sentence(say("randomised", ["campaign": part.of ?? ""]))) }
        }
        if found.parts.contains(where: { !$0.isRandomised && $0.contest.candidates.count > 1 }) {
            telling.parts.append(.mind(say(found.question == .time ? "observed_time" : "observed")))
        }
        if !found.trials.isEmpty {
            telling.parts.append(.heading(say("trials")))
            telling.parts.append(contentsOf: found.trials.compactMap(words).map { .sentence($0) })
        }
        return telling
    }

    /// Of what is reckoned.
    private var opening: [String] {
        var out: [String] = []
        let since = day(found.responses.since)
        if let rate = found.house.rate {
            out.append(
                say(
                    "found",
                    [
                        "messages": number(found.house.messages), "people": number(found.people), "since": since,
                        "responses": number(found.house.responses), "rate": percent(rate),
                    ]))
        } else {
            out.append(say(found.young > 0 ? "all_young" : "none", ["since": since]))
        }
        if found.young > 0 { out.append(output.texts("cli.next_best.young", count: Int64(found.young))) }
        if found.bounced > 0 { out.append(output.texts("cli.next_best.bounced", count: Int64(found.bounced))) }
        out.append(say("response", ["within": found.responses.rest.text]))
        guard let person else { return out }
        out.append(
            found.own.messages == 0
                ? say("unseen", ["person": person])
                : output.texts(
                    "cli.next_best.own", count: Int64(found.own.messages),
                    ["person": person, "responses": number(found.own.responses)]))
        return out
    }

    // MARK: - Parts

    private func title(_ part: NextBest.Part) -> String {
        say("part.\(part.dimension.rawValue)", ["campaign": part.of ?? ""])
    }

    private func verdict(_ part: NextBest.Part) -> String {
        let contest = part.contest
        guard let first = contest.candidates.first else { return say("verdict.nothing") }
        let second = contest.candidates.dropFirst().first.map { name($0.choice, part.dimension) } ?? ""
        let values = [
            "choice": name(first.choice, part.dimension), "second": second, "rate": percent(first.rate.mean),
            "low": percent(first.interval.low), "high": percent(first.interval.high),
            "chance": NumberText.percent(first.chance, decimals: 0),
            "regret": NumberText.grouped(contest.regret, decimals: contest.regret < 10 ? 1 : 0),
        ]
        switch contest.verdict {
        case .nothing: return say("verdict.nothing")
        case .only: return say("verdict.only", values)
        case .best: return say("verdict.best", values)
        case .likely: return say("verdict.likely", values)
        case .undecided(let needed?): return say("verdict.undecided", values.merging(["needed": number(needed)]) { $1 })
        case .undecided(nil): return say("verdict.alike", values)
        }
    }

    private func pictures(_ part: NextBest.Part) -> [Telling.Part] {
        let candidates = part.contest.candidates
        var out: [Telling.Part] = []
        if part.dimension == .cell {
            out += [.plot(week(part)), heat(part)]
        }
        let top = candidates.prefix(Self.shown)
        let ends = top.flatMap { [$0.interval.low, $0.interval.high] }
        let range = (ends.min() ?? 0)...max(ends.max() ?? 1, (ends.min() ?? 0) + 1e-9)
        // What all have in common.
        let middle = part.contest.prior.mean
        let rows = top.map { one in
            [
                name(one.choice, part.dimension), number(one.count.messages), number(one.count.responses),
                one.count.rate.map { percent($0) } ?? "—", percent(one.rate.mean),
                "\(percent(one.interval.low)) – \(percent(one.interval.high))", NumberText.percent(one.chance, decimals: 0),
                TextPlot.interval(
                    low: one.interval.low, estimate: one.rate.mean, high: one.interval.high, reference: middle, within: range,
                    width: 24),
            ]
        }
        out.append(
            .table(
                [Self.heading(part.dimension), "messages", "answered", "rate", "shrunk", "interval", "chance_best", ""], rows))
        if candidates.count > Self.shown {
            out.append(.sentence(output.texts("cli.next_best.more", count: Int64(candidates.count - Self.shown))))
        }
        out.append(
            .chart(
                title: title(part),
                .intervals(
                    top.map {
                        .init(
                            name($0.choice, part.dimension), estimate: $0.rate.mean, low: $0.interval.low, high: $0.interval.high)
                    }, reference: middle, .init(x: say("axis"), isShare: true, isShareX: true)), caption: say("caption")))
        return out
    }

    /// A name that is no data has its heading in the locale file.
    private static func heading(_ dimension: NextBest.Dimension) -> String {
        dimension == .cell ? "hour_of_week" : dimension.rawValue
    }

    private func name(_ choice: String, _ dimension: NextBest.Dimension) -> String {
        let place = Int(choice) ?? 0
        func hour(_ hour: Int) -> String { hour < 10 ? "0\(hour):00" : "\(hour):00" }
        return switch dimension {
        case .weekday: say("day.\(place)")
        case .hour: hour(place)
        case .cell: "\(say("day_short.\(place / 24 + 1)")) \(hour(place % 24))"
        case .wave: say("wave", ["number": choice])
        case .channel, .campaign, .template, .topic, .language: choice.isEmpty ? say("nothing_said") : choice
        }
    }

    // MARK: - Pictures of the week

    private func rates(_ part: NextBest.Part) -> [[Double?]] {
        var cells = [[Double?]](repeating: [Double?](repeating: nil, count: 24), count: 7)
        for one in part.contest.candidates where one.count.messages > 0 || person != nil {
            guard let place = Int(one.choice), (0..<168).contains(place) else { continue }
            cells[place / 24][place % 24] = one.rate.mean
        }
        return cells
    }

    private func week(_ part: NextBest.Part) -> [String] {
        let cells = rates(part)
        let known = cells.flatMap { $0 }.compactMap { $0 }
        guard let least = known.min(), let most = known.max() else { return [] }
        let blocks = Array("▁▂▃▄▅▆▇█")
        let width = (1...7).map { say("day_short.\($0)").count }.max() ?? 3
        func padded(_ text: String) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        let hours = (0..<24).map { $0 % 6 == 0 ? ($0 < 10 ? "0\($0)" : "\($0)") : "  " }
        var lines = ["\(padded(""))  \(hours.joined())"]
        for (day, row) in cells.enumerated() {
            let line = row.map { rate -> String in
                guard let rate else { return "· " }
                let share = most > least ? (rate - least) / (most - least) : 0.5
                return "\(blocks[min(7, max(0, Int(share * 7.999)))]) "
            }.joined()
            lines.append("\(padded(say("day_short.\(day + 1)")))  \(line)")
        }
        lines.append(say("scale", ["least": percent(least), "most": percent(most)]))
        return lines
    }

    private func heat(_ part: NextBest.Part) -> Telling.Part {
        .chart(
            title: title(part),
            .heat(
                rows: (1...7).map { say("day_short.\($0)") }, columns: (0..<24).map { "\($0)" }, cells: rates(part),
                .init(y: say("axis"), isShare: true)), caption: say("caption"))
    }

    // MARK: - Hold-outs

    private func words(_ trial: CampaignTrial) -> String? {
        guard let bought = trial.experiments.first?.comparisons(level: 0.95).first?.comparison, let interval = bought.interval
        else { return nil }
        func points(_ share: Double) -> String { NumberText.grouped(share * 100, decimals: 2) }
        return say(
            bought.isClear ? "trial.clear" : "trial.open",
            [
                "campaign": trial.campaign, "kept": number(bought.control.count), "written": number(bought.treatment.count),
                "with": percent(bought.treatment.mean), "without": percent(bought.control.mean),
                "difference": points(bought.difference), "low": points(interval.low), "high": points(interval.high),
            ])
    }

    // MARK: - For machines

    var csv: String {
        let header = [
            "dimension", "campaign", "choice", "messages", "responses", "rate", "wilson_low", "wilson_high", "shrunk", "low",
            "high",
            "chance_best",
        ]
        func text(_ number: Double?) -> String { NumberText.json(number) ?? "" }
        var out = CSVText.line(header)
        for part in found.parts {
            for one in part.contest.candidates {
                let wilson = one.count.interval()
                out += CSVText.line([
                    part.dimension.rawValue, part.of ?? "", one.choice, "\(one.count.messages)", "\(one.count.responses)",
                    text(one.count.rate), text(wilson?.low), text(wilson?.high), text(one.rate.mean), text(one.interval.low),
                    text(one.interval.high), text(one.chance),
                ])
            }
        }
        return out
    }

    var json: JSONValue {
        [
            "question": .string(found.question.rawValue), "since": .string(found.responses.since.rfc3339),
            "until": .string(found.responses.until.rfc3339), "topic": .text(topic), "person": .text(person),
            "messages": .number(found.house.messages), "responses": .number(found.house.responses),
            "rate": .number(found.house.rate), "people": .number(found.people), "young": .number(found.young),
            "bounced": .number(found.bounced),
            "own": person == nil
                ? .null : ["messages": .number(found.own.messages), "responses": .number(found.own.responses)],
            "parts": .array(found.parts.map(json)),
            "hold_outs": .array(
                found.trials.map {
                    [
                        "campaign": .string($0.campaign), "over": .bool($0.isOver),
                        "outcomes": .array($0.experiments.map { $0.json(level: 0.95) }),
                    ]
                }),
        ]
    }

    private func json(_ part: NextBest.Part) -> JSONValue {
        let contest = part.contest
        var needed: Int?
        if case .undecided(let count) = contest.verdict { needed = count }
        return [
            "dimension": .string(part.dimension.rawValue), "campaign": .text(part.of), "randomised": .bool(part.isRandomised),
            "verdict": .string(Self.word(contest.verdict)), "best": .text(contest.candidates.first?.choice),
            "messages_needed": needed.map { JSONValue.number($0) } ?? .null, "regret_per_thousand": .number(contest.regret),
            "prior": ["mean": .number(contest.prior.mean), "messages": .number(contest.prior.strength)],
            "choices": .array(
                contest.candidates.map { one -> JSONValue in
                    let wilson = one.count.interval()
                    return [
                        "choice": .string(one.choice), "messages": .number(one.count.messages),
                        "responses": .number(one.count.responses), "rate": .number(one.count.rate),
                        "wilson": ["low": .number(wilson?.low), "high": .number(wilson?.high)], "shrunk": .number(one.rate.mean),
                        "low": .number(one.interval.low), "high": .number(one.interval.high), "chance_best": .number(one.chance),
                    ]
                }),
        ]
    }

    private static func word(_ verdict: Contest<String>.Verdict) -> String {
        switch verdict {
        case .nothing: "nothing"
        case .only: "only"
        case .best: "best"
        case .likely: "likely"
        case .undecided: "undecided"
        }
    }
}
