public import RapportCore

/// A page of figures that needs nothing but itself: one HTML file with its style and its pictures, for light and dark.
public struct ReportPage: Sendable {
    public enum Part: Sendable {
        case heading(String)
        case text(String)
        /// What to mind.
        case warning(String)
        /// The figures that matter most: a name, the number, and what it means.
        case facts([(name: String, value: String, note: String)])
        case chart(title: String, Chart, caption: String)
        /// Numbers stand to the right.
        case table([String], [[String]])
    }

    public var title: String
    /// Of what, and up to when.
    public var subtitle: String
    public var parts: [Part]
    private let texts: Texts

    public init(title: String, subtitle: String, parts: [Part] = [], texts: Texts) {
        self.title = title
        self.subtitle = subtitle
        self.parts = parts
        self.texts = texts
    }

    public var html: String {
        """
        <!DOCTYPE html>
        <html lang="\(Chart.escape(texts.language))"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark"><title>\(Chart.escape(title))</title><style>\(Self.style)</style></head>
        <body><main><header><h1>\(Chart.escape(title))</h1><p class="sub">\(Chart.escape(subtitle))</p></header>
        \(parts.map(html).joined(separator: "\n"))
        <footer>\(Chart.escape(texts("cli.analysis.page.made_by")))</footer></main></body></html>

        """
    }

    private func html(_ part: Part) -> String {
        switch part {
        case .heading(let text): return "<h2>\(Chart.escape(text))</h2>"
        case .text(let text): return "<p>\(Chart.escape(text))</p>"
        case .warning(let text): return "<p class=\"warn\" role=\"note\">\(Chart.escape(text))</p>"
        case .facts(let facts):
            return "<dl>"
                + facts.map { fact in
                    "<div><dt>\(Chart.escape(fact.name))</dt><dd>\(Chart.escape(fact.value))"
                        + "<small>\(Chart.escape(fact.note))</small></dd></div>"
                }.joined() + "</dl>"
        case .chart(let title, let chart, let caption):
            let legend = chart.legend.enumerated().map { index, entry in
                "<span class=\"key s\(index % 6)\(entry.isDashed ? " d" : "")\">\(Chart.escape(entry.name))</span>"
            }.joined()
            return "<figure><figcaption><strong>\(Chart.escape(title))</strong>"
                + (legend.isEmpty ? "" : "<span class=\"legend\">\(legend)</span>") + "</figcaption>\(chart.svg(texts))"
                + (caption.isEmpty ? "" : "<p class=\"cap\">\(Chart.escape(caption))</p>") + "</figure>"
        case .table(let header, let rows):
            // What names a row stands to the left, a day of the calendar, too.
            let isNumber = header.indices.map { column in
                column > 0
                    && rows.allSatisfy { row in
                        column < row.count
                            && (row[column] == "—" || row[column].allSatisfy { $0.isNumber || ".,-−–%+ ±e".contains($0) })
                            && CivilDate(text: row[column]) == nil
                    }
            }
            func cells(_ row: [String], _ tag: String) -> String {
                row.enumerated().map { index, cell in
                    "<\(tag)\(index < isNumber.count && isNumber[index] ? " class=\"num\"" : "")>\(Chart.escape(cell))</\(tag)>"
                }.joined()
            }
            let head = header.map { (name: String) -> String in name.prefix(1).uppercased() + String(name.dropFirst()) }
            return "<div class=\"scroll\"><table><thead><tr>\(cells(head, "th"))</tr></thead><tbody>"
                + rows.map { "<tr>\(cells($0, "td"))</tr>" }.joined() + "</tbody></table></div>"
        }
    }

    private static let style = """
        :root{--bg:#f7f8fa;--card:#fff;--ink:#1b2230;--soft:#5b6577;--rule:#e3e7ee;--axis:#aab3c2;--warn:#fff4e0;--warnink:#7a4b00;\
        --s0:#2f6fde;--s1:#e0812b;--s2:#2b9a66;--s3:#8a55d7;--s4:#d1457a;--s5:#6b7485;--on:#fff;--shade:#0003}
        @media(prefers-color-scheme:dark){:root{--bg:#12161d;--card:#1a202a;--ink:#e8ecf3;--soft:#9aa6b8;--rule:#2b3442;--axis:#55627a;\
        --warn:#3a2c12;--warnink:#ffd38a;--s0:#6ea3ff;--s1:#f5a356;--s2:#5bc995;--s3:#b48cf2;--s4:#f27ba8;--s5:#a2adbf;--on:#0e1420;--shade:#000c}}
        *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",\
        Inter,Roboto,"DejaVu Sans",sans-serif}
        main{max-width:980px;margin:0 auto;padding:40px 20px 60px}h1{font-size:1.9rem;line-height:1.2;margin:0 0 .2em;letter-spacing:-.01em}
        .sub{color:var(--soft);margin:0 0 1.6em}h2{font-size:1.2rem;margin:2.2em 0 .6em}p{margin:.6em 0}
        .warn{background:var(--warn);color:var(--warnink);padding:.8em 1em;border-radius:8px}
        dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;margin:1.2em 0}
        dl div{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:14px 16px}dt{color:var(--soft);font-size:.82rem}dt::first-letter{text-transform:uppercase}
        dd{margin:0;font-size:1.5rem;font-weight:650;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
        dd small{display:block;font-size:.8rem;font-weight:400;color:var(--soft);line-height:1.35}
        figure{background:var(--card);border:1px solid var(--rule);border-radius:10px;margin:1.2em 0;padding:16px 18px 12px}
        figcaption{display:flex;flex-wrap:wrap;gap:4px 18px;justify-content:space-between;margin-bottom:8px}
        .legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:.85rem;color:var(--soft)}
        .key::before{content:"";display:inline-block;width:14px;height:4px;border-radius:2px;margin-right:6px;vertical-align:middle;\
        background:var(--c)}.key.d::before{background:repeating-linear-gradient(90deg,var(--c) 0 5px,transparent 5px 8px)}
        .cap{color:var(--soft);font-size:.85rem;margin:.4em 0 .2em}svg{display:block;width:100%;height:auto}
        .t{font-size:12px;fill:var(--soft);font-variant-numeric:tabular-nums}.t.n{fill:var(--ink);font-size:13px}.t.c{fill:var(--on)}.t.k{fill:var(--ink)}
        .g{stroke:var(--rule);stroke-width:1}.g.z{stroke:var(--axis)}.l{fill:none;stroke:var(--c);stroke-width:2.2;stroke-linejoin:round}
        .l.d{stroke-dasharray:6 4}.b{fill:var(--c)}.i{stroke:var(--s0);stroke-width:4;stroke-linecap:round}
        .w{stroke:var(--axis);stroke-width:2;stroke-linecap:round}
        .s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}.s3{--c:var(--s3)}.s4{--c:var(--s4)}.s5{--c:var(--s5)}
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:10px;margin:1.2em 0}
        table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{padding:7px 11px;text-align:left;white-space:nowrap}
        th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--rule)}td{border-top:1px solid var(--rule)}
        tbody tr:first-child td{border-top:0}.num{text-align:right;font-variant-numeric:tabular-nums}
        footer{color:var(--soft);font-size:.8rem;margin-top:3em}
        @media(max-width:600px){main{padding:24px 12px 40px}h1{font-size:1.5rem}dd{font-size:1.3rem}figure{overflow-x:auto}figure svg{min-width:600px}
        /* A shadow at the side on which there is more: covered by the card's colour where the end is reached. */
        figure,.scroll{background:linear-gradient(to right,var(--card) 40%,transparent) left/48px 100% no-repeat local,\
        linear-gradient(to left,var(--card) 40%,transparent) right/48px 100% no-repeat local,\
        linear-gradient(to right,var(--shade),transparent) left/16px 100% no-repeat scroll,\
        linear-gradient(to left,var(--shade),transparent) right/16px 100% no-repeat scroll,var(--card)}
        .scroll th:first-child,.scroll td:first-child{position:sticky;left:0;background:var(--card)}}
        @media print{body{background:#fff}main{padding:0}}
        """
}
