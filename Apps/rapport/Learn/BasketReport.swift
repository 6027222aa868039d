import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportTabular

/// What `rapport baskets rules` says.
enum BasketReport {
    static func show(_ rules: BasketRules, items: Int, limit: Int, _ output: Output) {
        output.say(
            "baskets.found",
            ["baskets": "\(rules.baskets)", "things": "\(items)", "sets": "\(rules.sets)", "rules": "\(rules.count)"])
        if rules.hasDates {
            output.say("baskets.days", ["weekdays": "\(rules.baskets - rules.weekends)", "weekends": "\(rules.weekends)"])
        }
        guard rules.count > 0 else {
            output.say("baskets.none")
            return
        }
        output.line()
        let shown = (0..<min(limit, rules.count)).map { rules[$0] }
        let rows = shown.map { rule in
            [
                rule.antecedent.joined(separator: ", "), rule.consequent.joined(separator: ", "), digits(rule.all.support),
                digits(rule.all.confidence), String(format: "%.2f", rule.all.lift),
            ]
        }
        if rules.hasDates {
            output.table(
                ["who_has", "has_too", "support", "confidence", "lift", "weekday_confidence", "weekend_confidence"],
                zip(rows, shown).map { $0 + [$1.weekday, $1.weekend].map { $0.map { digits($0.confidence) } ?? "—" } })
        } else {
            output.table(["who_has", "has_too", "support", "confidence", "lift"], rows)
        }
        if rules.count > limit { output.say("baskets.more", ["rules": "\(rules.count - limit)"]) }
    }

    static func csv(_ rules: BasketRules) -> String {
        var text = CSVText.line(
            ["antecedent", "consequent", "support", "confidence", "lift"]
                + (rules.hasDates
                    ? [
                        "weekday_support", "weekday_confidence", "weekday_lift", "weekend_support", "weekend_confidence",
                        "weekend_lift",
                    ] : []))
        for index in 0..<rules.count {
            let rule = rules[index]
            var fields = [rule.antecedent.joined(separator: "; "), rule.consequent.joined(separator: "; ")]
            for measures in [rule.all] + (rules.hasDates ? [rule.weekday, rule.weekend] : []) {
                fields += measures.map { ["\($0.support)", "\($0.confidence)", "\($0.lift)"] } ?? ["", "", ""]
            }
            text += CSVText.line(fields)
        }
        return text
    }

    /// Rule by rule, so that a million of them need no second room in memory.
    static func writeJSON(_ rules: BasketRules) throws {
        var bytes: [UInt8] = [0x5B]
        for index in 0..<rules.count {
            if index > 0 { bytes.append(0x2C) }
            json(rules[index], dated: rules.hasDates).write(to: &bytes)
            if bytes.count > 1 << 20 {
                try StandardStreams.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        bytes += "]\n".utf8
        try StandardStreams.write(bytes)
    }

    private static func json(_ rule: BasketRule, dated: Bool) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("antecedent", .array(rule.antecedent.map { .string($0) })),
            .init("consequent", .array(rule.consequent.map { .string($0) })),
        ]
        members += measures(rule.all)
        if dated {
            members.append(.init("weekday", rule.weekday.map { .object(measures($0)) } ?? .null))
            members.append(.init("weekend", rule.weekend.map { .object(measures($0)) } ?? .null))
        }
        return .object(members)
    }

    private static func measures(_ measures: BasketRule.Measures) -> [JSONValue.Member] {
        [
            .init("support", .decimal("\(measures.support)")), .init("confidence", .decimal("\(measures.confidence)")),
            .init("lift", .decimal("\(measures.lift)")),
        ]
    }

    private static func digits(_ share: Double) -> String { String(format: "%.4f", share) }
}
