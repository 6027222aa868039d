public import RapportCore

/// A report as one page of HTML that needs nothing else: no script, no font, no picture from anywhere.
public struct CheckupPage: Sendable {
    private let report: CheckupReport
    private let words: CheckupWords
    private let date: CivilDate

    public init(_ report: CheckupReport, texts: Texts = .english, date: CivilDate) {
        self.report = report
        self.date = date
        words = CheckupWords(report: report, texts: texts)
    }

    public var html: String {
        """
        <!doctype html>
        <html lang="\(words.texts.language)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>\(escaped(words.title))</title>
        <style>
        \(String(decoding: PackageResources.checkup_css, as: UTF8.self))</style>
        </head>
        <body>
        <main>
        <header>
        <p class="brand">Rapport</p>
        <h1>\(escaped(words.title))</h1>
        <p class="facts">\(words.facts.map(escaped).joined(separator: " · ")) · \(day)</p>
        </header>
        \(verdict)
        \(funnel)
        \(words.sections.map(section).joined(separator: "\n"))
        \(columns)
        <footer>\(escaped(words.text("footer")))</footer>
        </main>
        </body>
        </html>

        """
    }

    private var day: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(date.year)-\(two(date.month))-\(two(date.day))"
    }

    private var verdict: String {
        let tone =
            report.rows == 0 || !report.hasAddresses
            ? "warn" : report.writable * 2 > report.rows ? "good" : report.writable > 0 ? "warn" : "bad"
        let advice = words.advice.map { "<p>\(escaped($0))</p>" }.joined()
        return "<section class=\"verdict \(tone)\"><p class=\"says\">\(escaped(words.verdict))</p>\(advice)</section>"
    }

    private var funnel: String {
        let steps = words.funnel
        guard report.rows > 0, report.hasAddresses, !steps.isEmpty else { return "" }
        func row(_ name: String, _ count: Int, from: Int, width: Int, _ tone: String) -> String {
            func share(_ number: Int) -> String { percent(number) }
            return """
                <tr class="\(tone)"><th scope="row">\(escaped(name))</th><td class="number">\(CheckupWords.grouped(count))</td>\
                <td class="track"><i style="margin-left:\(share(from));width:\(share(width))"></i></td></tr>
                """
        }
        var rows = [row(words.text("step.all"), report.rows, from: 0, width: report.rows, "all")]
        rows += steps.map { row($0.name, $0.lost, from: $0.left, width: $0.lost, "lost") }
        let left = steps.last?.left ?? report.rows
        rows.append(row(words.text(report.saysWhoAgreed ? "step.writable" : "step.fit"), left, from: 0, width: left, "left"))
        return
            "<section class=\"card\"><table class=\"funnel\"><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table></section>"
    }

    private func percent(_ rows: Int) -> String {
        let hundredths = rows * 10_000 / max(1, report.rows)
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)%"
    }

    private func section(_ section: Finding.Section, _ kinds: [CheckupReport.Kind]) -> String {
        "<section class=\"card\"><h2>\(escaped(words.section(section)))</h2>\n\(kinds.map(kind).joined(separator: "\n"))\n</section>"
    }

    private func kind(_ kind: CheckupReport.Kind) -> String {
        let examples = kind.examples.map { example in
            let place =
                words.text("line", ["number": String(example.line)]) + (example.column.isEmpty ? "" : " · \(example.column)")
            let suggestion = example.suggestion.map {
                " <span class=\"arrow\">→</span> <code>\(escaped(CheckupWords.shown($0, most: 120)))</code>"
            }
            return """
                <li><span class="place">\(escaped(place))</span> <code>\(escaped(CheckupWords.shown(example.value, most: 120)))</code>\
                \(suggestion ?? "")</li>
                """
        }
        return """
            <details><summary><span class="count \(kind.finding.gravity.rawValue)">\(CheckupWords.grouped(kind.rows))</span> \
            <span class="what">\(escaped(words.finding(kind.finding)))</span> \
            <span class="share">\(CheckupWords.percent(kind.rows, of: report.rows))</span></summary>
            <p class="why">\(escaped(words.text("why.\(kind.finding.rawValue)")))</p>
            <ul>\(examples.joined())</ul></details>
            """
    }

    private var columns: String {
        guard report.rows > 0 else { return "" }
        let rows = report.columns.enumerated().map { index, column in
            let sound = CheckupWords.percent(column.sound, of: column.filled)
            let isPoor = column.filled > 0 && column.sound * 10 < column.filled * 9
            return """
                <tr><td>\(escaped(CheckupWords.shown(column.name, most: 60)))</td><td class="soft">\(escaped(words.role(column.role)))</td>\
                <td class="number">\(CheckupWords.percent(column.filled, of: report.rows))</td>\
                <td class="number\(isPoor ? " poor" : "")">\(sound)</td></tr>
                """
        }
        let heads = ["column", "holds", "filled", "sound"].map { words.text("heading.\($0)") }
        return """
            <section class="card"><h2>\(escaped(words.text("section.columns")))</h2><div class="scroll"><table class="columns">
            <thead><tr><th>\(heads[0])</th><th>\(heads[1])</th><th class="number">\(heads[2])</th><th class="number">\(heads[3])</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div></section>
            """
    }

    private func escaped(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }
}
