import Foundation

/// A report as a letter: told as plain text, and as HTML that mail programs show.
///
/// Those show neither SVG nor style sheets of much use, so pictures are cells of tables with a colour for ground: that works
/// everywhere, needs nothing from outside, and still says its numbers where colours are off.
public struct Letter: Sendable {
    public struct Bar: Sendable {
        public var name: String
        public var value: Double
        /// The value for people.
        public var shown: String

        public init(_ name: String, _ value: Double, _ shown: String) {
            self.name = name
            self.value = value
            self.shown = shown
        }
    }

    public enum Part: Sendable {
        case heading(String)
        case sentence(String)
        /// Numbers stand to the right; the first column is words.
        case table([String], [[String]])
        case bars(title: String, [Bar])
        /// Something to do, and the command that does it.
        case attention(String, command: String)
    }

    public var title: String
    public var subtitle: String
    public var parts: [Part] = []
    /// At its end: why the reader has it.
    public var footer: String
    /// BCP 47.
    public var language: String

    public init(title: String, subtitle: String, footer: String, language: String) {
        self.title = title
        self.subtitle = subtitle
        self.footer = footer
        self.language = language
    }

    /// Its sentences, and what needs attention, in order.
    public var sentences: [String] {
        parts.compactMap { part in
            switch part {
            case .sentence(let text): text
            case .attention(let text, _): text
            case .heading, .table, .bars: nil
            }
        }
    }

    // MARK: - Plain text

    static let width = 76

    /// At most 76 columns where words allow it, as mail likes it.
    public var text: String {
        var lines = [title, String(repeating: "=", count: min(title.count, Self.width)), subtitle]
        var wasAttention = false
        for part in parts {
            switch part {
            case .heading(let text): lines += ["", "", text, String(repeating: "-", count: min(text.count, Self.width)), ""]
            case .sentence(let text): lines += Self.wrapped(text)
            case .table(let header, let rows): lines += [""] + Self.columns(header, rows)
            case .bars(let title, let bars): lines += ["", title] + Self.plot(bars)
            case .attention(let text, let command):
                if !wasAttention, lines.last?.isEmpty == false { lines.append("") }
                lines += Self.wrapped(text, first: "* ", rest: "  ") + ["  $ \(command)"]
            }
            if case .attention = part { wasAttention = true } else { wasAttention = false }
        }
        return (lines + ["", "--"] + Self.wrapped(footer)).joined(separator: "\n") + "\n"
    }

    static func wrapped(_ text: String, first: String = "", rest: String = "") -> [String] {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = rest
                isEmpty = true
            }
            line += isEmpty ? String(word) : " \(word)"
            isEmpty = false
        }
        return lines + [line]
    }

    private static func columns(_ header: [String], _ rows: [[String]]) -> [String] {
        let widths = header.indices.map { column in
            ([header] + rows).map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            var out = header.indices.map { column in
                let cell = column < cells.count ? cells[column] : ""
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
            while out.last == " " { out.removeLast() }
            return out
        }
        return [line(header)] + rows.map(line)
    }

    private static func plot(_ bars: [Bar]) -> [String] {
        let names = bars.map(\.name.count).max() ?? 0
        let values = bars.map(\.shown.count).max() ?? 0
        let most = bars.map { abs($0.value) }.max() ?? 0
        return bars.map { bar in
            let name = bar.name + String(repeating: " ", count: names - bar.name.count)
            let value = String(repeating: " ", count: values - bar.shown.count) + bar.shown
            let share = most > 0 ? max(0, bar.value) / most : 0
            let drawn = TextPlot.bar(share, width: max(8, min(36, width - names - values - 4)))
            return drawn.isEmpty ? "\(name)  \(value)" : "\(name)  \(value)  \(drawn)"
        }
    }

    // MARK: - HTML

    public var html: String {
        var body = ""
        for part in parts { body += Self.html(part) }
        return """
            <!DOCTYPE html>
            <html lang="\(Chart.escape(language))"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light">
            <title>\(Chart.escape(title))</title></head>
            <body style="margin:0;padding:0;background-color:#f4f5f7" bgcolor="#f4f5f7">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f4f5f7">
            <tr><td align="center" style="padding:24px 12px">
            <table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" \
            style="width:100%;max-width:640px;border:1px solid #e3e6ea">
            <tr><td style="padding:28px 28px 8px 28px;\(Self.font)">
            <h1 style="margin:0;font-size:24px;line-height:30px;color:#1d2430">\(Chart.escape(title))</h1>
            <p style="margin:4px 0 0 0;font-size:14px;line-height:20px;color:#5b6675">\(Chart.escape(subtitle))</p></td></tr>
            <tr><td style="padding:0 28px 20px 28px;\(Self.font)">
            \(body)</td></tr>
            <tr><td style="padding:14px 28px 20px 28px;border-top:1px solid #e3e6ea;font-size:12px;line-height:18px;color:#5b6675;\
            \(Self.font)">\(Chart.escape(footer))</td></tr>
            </table></td></tr></table></body></html>

            """
    }

    private static let font = "font-family:Arial,Helvetica,sans-serif"
    private static let cell =
        "padding:5px 8px 5px 0;font-size:14px;line-height:20px;color:#1d2430;border-bottom:1px solid #eceef1"

    private static func html(_ part: Part) -> String {
        switch part {
        case .heading(let text):
            return "<h2 style=\"margin:26px 0 6px 0;font-size:17px;line-height:24px;color:#1d2430\">\(Chart.escape(text))</h2>\n"
        case .sentence(let text):
            return "<p style=\"margin:6px 0;font-size:15px;line-height:22px;color:#1d2430\">\(Chart.escape(text))</p>\n"
        case .attention(let text, let command):
            return "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
                + "style=\"margin:8px 0\"><tr><td width=\"4\" bgcolor=\"#e0812b\" style=\"font-size:1px\">&nbsp;</td>"
                + "<td bgcolor=\"#fff6e8\" style=\"padding:8px 12px;font-size:15px;line-height:22px;color:#1d2430\">"
                + "\(Chart.escape(text))<br><span style=\"font-family:Courier New,Courier,monospace;font-size:13px;color:#5b6675\">"
                + "\(Chart.escape(command))</span></td></tr></table>\n"
        case .table(let header, let rows):
            func row(_ cells: [String], _ tag: String, _ colour: String) -> String {
                "<tr>"
                    + header.indices.map { column in
                        let side = column == 0 ? "left" : "right"
                        let text = column < cells.count ? cells[column] : ""
                        return
                            "<\(tag) align=\"\(side)\" style=\"\(cell);text-align:\(side);color:\(colour);font-weight:normal\">"
                            + "\(Chart.escape(text))</\(tag)>"
                    }.joined() + "</tr>\n"
            }
            return "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:10px 0\">\n"
                + row(header, "th", "#5b6675") + rows.map { row($0, "td", "#1d2430") }.joined() + "</table>\n"
        case .bars(let title, let bars):
            let most = bars.map { abs($0.value) }.max() ?? 0
            let drawn = bars.map { bar -> String in
                let share = most > 0 ? max(0, bar.value) / most : 0
                let width = Int((share * 100).rounded())
                let empty = "<td style=\"font-size:1px;line-height:14px\">&nbsp;</td>"
                let full = "<td width=\"\(width)%\" bgcolor=\"#2f6fde\" style=\"font-size:1px;line-height:14px\">&nbsp;</td>"
                return "<tr><td width=\"32%\" style=\"\(cell);border-bottom:0\">\(Chart.escape(bar.name))</td>"
                    + "<td align=\"right\" width=\"16%\" style=\"\(cell);border-bottom:0;text-align:right\">\(Chart.escape(bar.shown))</td>"
                    + "<td width=\"52%\" style=\"padding:5px 0 5px 4px\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
                    + "cellspacing=\"0\" border=\"0\"><tr>\(width > 0 ? full : "")\(width < 100 ? empty : "")</tr></table></td></tr>\n"
            }
            return "<p style=\"margin:14px 0 2px 0;font-size:14px;line-height:20px;color:#5b6675\">\(Chart.escape(title))</p>\n"
                + "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\n\(drawn.joined())</table>\n"
        }
    }
}
