import RapportCore

/// The sentences of a report, in the language of its texts.
struct CheckupWords: Sendable {
    let report: CheckupReport
    let texts: Texts

    func text(_ key: String, _ values: [String: String] = [:]) -> String { texts("checkup.\(key)", values) }
    func text(_ key: String, count: Int, _ values: [String: String] = [:]) -> String {
        texts("checkup.\(key)", count: Int64(count), values.merging(["count": Self.grouped(count)]) { $1 })
    }

    /// `1234567` is `1,234,567`.
    static func grouped(_ number: Int) -> String {
        var out = ""
        let digits = String(number.magnitude)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return (number < 0 ? "-" : "") + out
    }

    /// `99.6 %`; never 100 where one is missing, never 0 where there is one.
    static func percent(_ part: Int, of all: Int) -> String {
        guard all > 0 else { return "" }
        if part == all { return "100 %" }
        if part == 0 { return "0 %" }
        let thousandths = min(999, max(1, part * 1_000 / all))
        return thousandths >= 100 && thousandths < 990 ? "\(thousandths / 10) %" : "\(thousandths / 10).\(thousandths % 10) %"
    }

    var title: String {
        let names = report.parts.map { String($0.path.split(separator: "/").last ?? "") }
        return text("title", ["name": names.count > 3 ? text("files", count: names.count) : names.joined(separator: ", ")])
    }

    /// `1,003 rows · 12 columns · UTF-8 · a Mailchimp export`.
    var facts: [String] {
        var facts = [text("rows", count: report.rows), text("columns", count: report.columns.count)]
        if report.people < report.rows { facts.append(text("people", count: report.people)) }
        let encodings = Set(report.parts.map(\.encoding))
        if let encoding = encodings.first, encodings.count == 1 { facts.append(encoding) }
        if let export = report.export { facts.append(text("export", ["name": export])) }
        return facts
    }

    /// One line: how many can be written to today.
    var verdict: String {
        if report.rows == 0 { return text("verdict.empty") }
        guard report.hasAddresses else { return text("verdict.no_addresses") }
        guard report.saysWhoAgreed else {
            return text("verdict.no_permission", count: report.deliverable, ["all": Self.grouped(report.rows)])
        }
        return text("verdict.writable", count: report.writable, ["all": Self.grouped(report.rows)])
    }

    /// What comes with it: what must be stated, what to mend first.
    var advice: [String] {
        guard report.rows > 0 else { return [] }
        var advice: [String] = []
        if report.hasAddresses, !report.saysWhoAgreed { advice.append(text("advice.no_permission")) }
        if let export = report.export, report.hasAddresses, !report.saysWhoLeft {
            advice.append(text("advice.export_without_stops", ["name": export]))
        }
        let missing = report.gaps.map { text("gap.\($0.rawValue)") }
        if report.gaps.contains(.date) {
            advice.append(text("advice.no_date"))
        } else if !missing.isEmpty {
            advice.append(text("advice.gaps", ["parts": missing.joined(separator: text("and"))]))
        }
        if let mend = report.firstMend, report.saysWhoAgreed { advice.append(text("mend.\(mend.name)", count: mend.alone)) }
        if !report.saysWhoAgreed, let mistyped = report.kind(.mistyped) {
            advice.append(text("mend.mistyped_address", count: mistyped.rows))
        }
        if report.unjudgedPhones > 0 { advice.append(text("advice.phones", count: report.unjudgedPhones)) }
        for part in report.parts where part.furtherTables > 0 {
            advice.append(text("advice.tables", count: part.furtherTables, ["file": part.path]))
        }
        return advice
    }

    func step(_ step: CheckupReport.Step) -> String { text("step.\(step.name)") }
    func finding(_ finding: Finding) -> String { text("finding.\(finding.rawValue)") }
    func section(_ section: Finding.Section) -> String { text("section.\(section.rawValue)") }
    func role(_ role: ColumnRole) -> String { text("role.\(role.rawValue)") }

    /// Findings by section, most first within each.
    var sections: [(section: Finding.Section, kinds: [CheckupReport.Kind])] {
        Finding.Section.allCases.compactMap { section in
            let kinds = report.kinds.filter { $0.finding.section == section }.sorted {
                ($0.rows, $1.finding.number) > ($1.rows, $0.finding.number)
            }
            return kinds.isEmpty ? nil : (section, kinds)
        }
    }

    /// Each reason with what remains after it, from all rows to those that can be written to.
    var funnel: [(name: String, lost: Int, left: Int)] {
        var left = report.rows
        let counted =
            report.saysWhoAgreed ? report.steps : report.steps.filter { ![.pending, .never, .unproven].contains($0.block) }
        return counted.filter { $0.rows > 0 }.map { item in
            left -= item.rows
            return (step(item), item.rows, left)
        }
    }

    /// A value on one line, as somebody can see it.
    static func shown(_ text: String, most: Int) -> String {
        var out = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count >= most {
                out.append("…")
                break
            }
            count += 1
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: out.append("⏎")
            case 0..<0x20, 0x7F...0x9F, 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: out.append("·")
            case 0xA0: out.append("·")
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
