public import RapportCore
import RapportStorage

extension AccessExport {
    /// One page that a person can read, without scripts and without anything from elsewhere.
    ///
    /// - Parameter zone: by whose clocks it tells when it was made; what is in it has RFC 3339 in UTC.
    public func html(_ texts: Texts, zone: TimeZoneRules) -> String {
        var out = """
            <!doctype html>
            <html lang="\(Self.escaped(texts.language))">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Self.escaped(texts("rights.page.title", ["person": title])))</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <header>
            <h1>\(Self.escaped(texts("rights.page.title", ["person": title])))</h1>
            <p>\(Self.escaped(texts("rights.page.intro", ["house": house, "at": zone.minuteText(madeAt), "id": person])))</p>
            </header>
            <nav aria-label="\(Self.escaped(texts("rights.page.contents")))"><ul>

            """
        for section in sections {
            out +=
                "<li><a href=\"#\(section.name)\">\(Self.escaped(heading(section, texts)))</a> <small>\(section.rows.count)</small></li>\n"
        }
        out += "</ul></nav>\n<main>\n"
        for section in sections { out += html(section, texts) }
        return out + "</main>\n</body>\n</html>\n"
    }

    private func heading(_ section: PersonalSection, _ texts: Texts) -> String {
        let key = "rights.section.\(section.name)"
        return texts.has(key) ? texts(key) : Self.words(section.name)
    }

    private func html(_ section: PersonalSection, _ texts: Texts) -> String {
        var columns: [String] = []
        for row in section.rows {
            for member in row.object ?? [] where !columns.contains(member.name) { columns.append(member.name) }
        }
        let title = Self.escaped(heading(section, texts))
        var out = "<section id=\"\(section.name)\">\n<h2>\(title)</h2>\n<div class=\"wide\"><table>\n<thead><tr>"
        for column in columns { out += "<th scope=\"col\">\(Self.escaped(Self.words(column)))</th>" }
        out += "</tr></thead>\n<tbody>\n"
        for row in section.rows {
            out += "<tr>"
            for column in columns { out += "<td>\(Self.cell(row[column]))</td>" }
            out += "</tr>\n"
        }
        return out + "</tbody>\n</table></div>\n</section>\n"
    }

    private static func cell(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: return ""
        case .string(let text): return escaped(text)
        case .array(let items):
            if items.isEmpty { return "" }
            return "<ul>" + items.map { "<li>\(cell($0))</li>" }.joined() + "</ul>"
        case .object(let members):
            if members.isEmpty { return "" }
            return "<dl>" + members.map { "<dt>\(escaped(words($0.name)))</dt><dd>\(cell($0.value))</dd>" }.joined() + "</dl>"
        case let other?: return escaped(other.text)
        }
    }

    private static func words(_ name: String) -> String { name.replacing("_", with: " ") }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
            "\"", with: "&quot;")
    }

    private static let style = """
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
        body { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem }
        h1 { font-size: 1.7rem; line-height: 1.2 } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem }
        nav ul { columns: 14rem; padding: 0; list-style: none } small { opacity: .65 }
        .wide { overflow-x: auto } table { border-collapse: collapse; width: 100% }
        th, td { text-align: start; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent) }
        th { font-weight: 600; white-space: nowrap } td { overflow-wrap: anywhere; min-width: 6rem }
        td ul { margin: 0; padding-inline-start: 1.1rem } dl { display: grid; grid-template-columns: auto 1fr; gap: 0 .7rem; margin: 0 }
        dt { opacity: .7 } dd { margin: 0 }
        @media print { nav { display: none } }
        """
}
