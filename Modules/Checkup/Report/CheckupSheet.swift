public import RapportCore

/// A report as one page of a terminal.
public struct CheckupSheet: Sendable {
    public enum Style: Sendable { case bold, dim, red, green, yellow }

    private let report: CheckupReport
    private let words: CheckupWords
    private let width: Int
    private let style: @Sendable (String, Style) -> String

    /// - Parameters:
    ///   - width: columns of the terminal; 60 to 100 of them are used.
    ///   - style: puts colour on a text, or does not.
    public init(
        _ report: CheckupReport, texts: Texts = .english, width: Int = 92, style: @escaping @Sendable (String, Style) -> String
    ) {
        self.report = report
        words = CheckupWords(report: report, texts: texts)
        self.width = min(100, max(60, width))
        self.style = style
    }

    public var lines: [String] {
        var lines = ["", style(words.title, .bold), style(words.facts.joined(separator: " · "), .dim), ""]
        let isGood = report.writable * 2 > report.rows
        let color: Style =
            report.rows == 0 || !report.hasAddresses ? .yellow : isGood ? .green : report.writable > 0 ? .yellow : .red
        lines += wrapped(words.verdict, indent: 2).map { style($0, .bold) }.map { "\(style("▌", color))\($0.dropFirst(1))" }
        for advice in words.advice { lines += wrapped(advice, indent: 2).map { "\(style("▌", color))\($0.dropFirst(1))" } }
        lines += funnel
        for (section, kinds) in words.sections {
            lines += ["", style(words.section(section), .bold)]
            for kind in kinds { lines += line(kind) }
        }
        if !report.kinds.isEmpty || report.rows == 0 { lines.append("") }
        if report.rows > 0, report.kinds.isEmpty { lines += ["", style(words.text("nothing"), .green), ""] }
        return lines + columns
    }

    private var funnel: [String] {
        let steps = words.funnel
        guard report.rows > 0, report.hasAddresses, !steps.isEmpty else { return [] }
        let first = words.text("step.all")
        let last = words.text(report.saysWhoAgreed ? "step.writable" : "step.fit")
        let label = ([first, last] + steps.map(\.name)).map(\.count).max() ?? 0
        let number = CheckupWords.grouped(report.rows).count
        let room = max(10, width - label - number - 8)
        func cells(_ rows: Int) -> Int { Int((Double(rows) * Double(room) / Double(report.rows)).rounded()) }
        func line(_ name: String, _ count: Int, _ bar: String) -> String {
            "  \(padded(name, label))  \(padded(CheckupWords.grouped(count), number, right: true))  \(bar)"
        }
        var lines = ["", line(first, report.rows, style(String(repeating: "█", count: room), .dim))]
        for step in steps {
            let (left, lost) = (cells(step.left), cells(step.left + step.lost) - cells(step.left))
            let bar = String(repeating: " ", count: left) + (lost == 0 ? "▏" : String(repeating: "▒", count: lost))
            lines.append(line(step.name, step.lost, style(bar, .red)))
        }
        let left = steps.last?.left ?? report.rows
        let bar = left == 0 ? "▏" : String(repeating: "█", count: max(1, cells(left)))
        return lines + [style(line(last, left, ""), .bold) + style(bar, .green)]
    }

    private func line(_ kind: CheckupReport.Kind) -> [String] {
        let color: Style = kind.finding.gravity == .stops ? .red : kind.finding.gravity == .mend ? .yellow : .dim
        let number = max(7, CheckupWords.grouped(report.rows).count + 2)
        let name = words.finding(kind.finding)
        let head = "\(style(padded(CheckupWords.grouped(kind.rows), number, right: true), color))  "
        let label = report.kinds.map { words.finding($0.finding).count }.max() ?? 0
        let room = width - number - label - 4
        guard let example = kind.examples.first else { return [head + name] }
        let place = "\(words.text("line", ["number": String(example.line)])) "
        let suggestion = suggested(kind.finding, example).map { " → \(CheckupWords.shown($0, most: 40))" } ?? ""
        let value = CheckupWords.shown(example.value, most: max(8, room - place.count - suggestion.count - 1))
        return [head + padded(name, label + 2) + style(String((place + value + suggestion).prefix(max(24, room))), .dim)]
    }

    /// Of a mistyped address only what is new about it.
    private func suggested(_ finding: Finding, _ example: FoundValue) -> String? {
        guard finding == .mistyped, let suggestion = example.suggestion, let at = suggestion.lastIndex(of: "@") else {
            return example.suggestion
        }
        return String(suggestion[at...])
    }

    private var columns: [String] {
        guard !report.columns.isEmpty, report.rows > 0 else { return [] }
        let name = min(30, max(6, report.columns.map(\.name.count).max() ?? 0))
        let roles = report.columns.map { words.role($0.role) }
        let role = max(5, roles.map(\.count).max() ?? 0)
        let heads = ["column", "holds", "filled", "sound"].map { words.text("heading.\($0)") }
        var lines = [
            style(
                "  \(padded(heads[0], name))  \(padded(heads[1], role))  \(padded(heads[2], 7, right: true))  \(padded(heads[3], 7, right: true))",
                .bold)
        ]
        for (index, column) in report.columns.enumerated() {
            let filled = CheckupWords.percent(column.filled, of: report.rows)
            let sound = CheckupWords.percent(column.sound, of: column.filled)
            let isPoor = column.filled > 0 && column.sound * 10 < column.filled * 9
            let shown = CheckupWords.shown(column.name, most: column.name.count > name ? name - 1 : name)
            lines.append(
                "  \(padded(shown, name))  \(style(padded(roles[index], role), .dim))  \(padded(filled, 7, right: true))  "
                    + style(padded(sound, 7, right: true), isPoor ? .red : .dim))
        }
        return lines + [""]
    }

    private func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return right ? space + text : text + space
    }

    private func wrapped(_ text: String, indent: Int) -> [String] {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > width, line.count > indent {
                lines.append(line)
                line = String(repeating: " ", count: indent)
            }
            line += (line.count > indent ? " " : "") + word
        }
        return lines + [line]
    }
}
