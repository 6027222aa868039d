import RapportCore

/// A table like many: dates, times, numbers, short and long texts with delimiters and quotes in them, addresses of the web;
/// and how it is written.
struct StandardFile {
    var header = ["Date", "Time", "Qty", "Product", "Price", "Type", "Description", "Link", "Remark"]
    var rows: [[String]] = []

    init(seed: UInt64, rows count: Int = 40) {
        var random = SplitMix64(seed: seed)
        let words = [
            "soft", "blue", "lamp", "garden", "chair", "for", "two", "steel", "cup", "light", "wood", "table", "old", "été",
        ]
        func phrase(_ length: Int) -> String {
            (0..<length).map { _ in words[Int.random(in: 0..<words.count, using: &random)] }.joined(separator: " ")
        }
        for index in 0..<count {
            let day = Int.random(in: 1...28, using: &random)
            let minute = Int.random(in: 10...59, using: &random)
            var description = phrase(4)
            switch index % 5 {
            case 1: description += ", " + phrase(2)
            case 2: description = "the \"" + phrase(1) + "\" " + phrase(2)
            case 3: description += "; " + phrase(2)
            default: break
            }
            rows.append([
                "2018-\(day % 9 + 1 < 10 ? "0" : "")\(day % 9 + 1)-\(day < 10 ? "0" : "")\(day)", "\(10 + day % 12):\(minute)",
                "\(Int.random(in: 1...40, using: &random))", "P-\(1_000 + index)", "\(day).\(minute)", phrase(1), description,
                "https://shop.example/p/\(1_000 + index)", index % 4 == 0 ? "" : phrase(3),
            ])
        }
    }

    var table: Table { Table(header: header, rows: rows) }

    struct Writing {
        var delimiter = ","
        var quote = "\""
        var escape = "\""
        var newline = "\n"
        var trailing = true
        var always = false
    }

    static func cell(_ text: String, _ writing: Writing) -> String {
        let needs =
            writing.always || text.contains(writing.delimiter) || text.contains(writing.quote) || text.contains("\n")
            || (writing.delimiter.contains(" ") && text.contains(" "))
        guard needs else { return text }
        return writing.quote + text.replacing(writing.quote, with: writing.escape + writing.quote) + writing.quote
    }

    static func line(_ fields: [String], _ writing: Writing) -> String {
        fields.map { cell($0, writing) }.joined(separator: writing.delimiter)
    }

    func text(_ writing: Writing = Writing()) -> String {
        ([header] + rows).map { Self.line($0, writing) }.joined(separator: writing.newline)
            + (writing.trailing ? writing.newline : "")
    }
}
