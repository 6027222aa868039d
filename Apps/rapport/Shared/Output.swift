import Foundation
import RapportCore
import RapportHost

/// Where a command's answer goes: plain text with tables for people, one JSON value for machines.
struct Output: Sendable {
    let isJSON: Bool
    /// Only on a terminal, and never with NO_COLOR (no-color.org) or --no-color.
    let hasColor: Bool
    /// Columns of the terminal; `nil` where standard output is no terminal.
    let width: Int?
    let showsProgress: Bool
    /// What people read, in the house's language.
    let texts: Texts
    /// By whose clocks people are told of moments.
    let zone: TimeZoneRules

    init(json: Bool, noColor: Bool, texts: Texts = .english, zone: TimeZoneRules = .utc) {
        self.texts = texts
        self.zone = zone
        isJSON = json
        let isTerminal = isatty(STDOUT_FILENO) == 1
        hasColor = isTerminal && !noColor && !json && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
        var size = winsize()
        width = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
        showsProgress = isatty(STDERR_FILENO) == 1 && !json
    }

    /// A line for people; nothing with --json.
    func line(_ text: String = "") { if !isJSON { print(Text.printable(text, keeping: Style.all)) } }

    /// A sentence for people: the text `cli.KEY` with its placeholders filled in.
    func say(_ key: String, _ values: [String: String] = [:]) { line(text(key, values)) }

    /// A sentence about a number: `cli.KEY.one` or `cli.KEY.other`.
    func say(_ key: String, count: some BinaryInteger, _ values: [String: String] = [:]) {
        line(texts("cli.\(key)", count: Int64(count), values))
    }

    /// The text `cli.KEY`.
    func text(_ key: String, _ values: [String: String] = [:]) -> String { texts("cli.\(key)", values) }

    /// A moment, as tables and sentences for people tell it: `2026-11-16 14:00`, by the house's clocks. What machines read, and
    /// `rapport log show`, which tells the log as it stands, has RFC 3339 in UTC.
    func time(_ moment: Timestamp) -> String { zone.minuteText(moment) }

    /// The day a moment is in: `2026-11-16`.
    func day(_ moment: Timestamp) -> String { zone.dayText(moment) }

    /// The answer for machines; nothing without --json. A command writes exactly one.
    func json(_ value: @autoclosure () -> JSONValue) { if isJSON { print(value().text) } }

    func styled(_ text: String, _ style: Style) -> String { hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text }

    enum Style: String, CaseIterable {
        case bold = "1", dim = "2", red = "31", green = "32", yellow = "33"

        /// 0 ends a style.
        fileprivate static let all = Set(allCases.map(\.rawValue) + ["0"])
    }

    /// What should be known beside the answer, on the error output: also where the answer is JSON or a table for machines.
    func notes(_ remarks: [Remark]) {
        for remark in remarks {
            tell(text("note", ["remark": remark.text(texts)]))
        }
    }

    /// A sentence beside the answer, on the error output.
    func tell(_ text: String) { StandardStreams.tell(Text.printable(text) + "\n") }

    /// How far a stage is, as `progress`: the text `cli.stage.KEY` and a percentage.
    func progress(stage key: String, _ share: Double) {
        progress(text("progress", ["stage": text("stage.\(key)"), "percent": "\(Int(share * 100))"]))
    }

    /// Shows a line on the terminal's error output that the next one overwrites; nothing where there is no terminal.
    func progress(_ text: String) {
        guard showsProgress else { return }
        let text = Text.printable(text)
        let shown = width.map { String(text.prefix($0 - 1)) } ?? text
        StandardStreams.tell("\r\u{1B}[K\(shown)")
    }

    /// Wipes the progress line.
    func endProgress() { if showsProgress { StandardStreams.tell("\r\u{1B}[K") } }
}
