import RapportCore
import RapportTabular

extension EventMaker {
    private static let states = ["placed", "paid", "shipped", "delivered", "cancelled", "returned", "refunded"]

    /// The state of an order as the last word of its kind of event.
    func state() throws -> String {
        guard let word = try text(part("state"), "state").map(Text.folded) else { return "placed" }
        let known = [
            "canceled": "cancelled", "completed": "delivered", "complete": "delivered", "fulfilled": "shipped", "new": "placed",
            "open": "placed", "refund": "refunded",
        ]
        let state = known[word] ?? word
        guard Self.states.contains(state) else {
            throw Problem(
                "import.unknown_state", "\"\(word)\" is no state of an order", at: .init(path: "state"),
                remedy: "Translate it in the mapping: state: {column: …, values: {\(word): placed}}")
        }
        return state
    }

    /// The properties of an order's event: amounts as decimals of the currency's unit, lines as a list.
    func order() throws -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        for name in ["order", "total", "currency", "items", "store", "reason"] {
            guard let rule = part(name), let value = try placed(name, { try rule.value(of: row) }) else { continue }
            if name == "total" {
                let refund = try state() == "refunded"
                members.append(.init(refund ? "amount" : "total", try amount(value, name, rule)))
            } else {
                members.append(.init(name, name == "order" ? .string(value.scalarText ?? value.text) : value))
            }
        }
        members += try values()
        let line: [JSONValue.Member] = try rule.line.compactMap { named in
            try placed("line.\(named.name)") {
                guard let value = try named.rule.value(of: row) else { return nil }
                let isAmount = ["price", "total", "cost", "discount", "tax"].contains(named.name)
                return .init(named.name, isAmount ? try amount(value, named.name, named.rule) : value)
            }
        }
        if !line.isEmpty { members.append(.init("lines", .array([.object(line)]))) }
        return members
    }

    /// An amount that is text still is read as numbers usually are.
    ///
    /// - Throws: `Problem` `import.other_currency` for `12 USD` in an order that is in euros.
    private func amount(_ value: JSONValue, _ name: String, _ rule: ValueRule) throws -> JSONValue {
        if case .column(let column) = rule.origin, case .string(let text)? = row.value(column),
            let named = NumberFormat.currency(of: text), let stated = try part("currency")?.value(of: row)?.scalarText,
            stated.uppercased() != named
        {
            throw Problem(
                "import.other_currency", "\"\(text)\" is in \(named), and the record in \(stated)", at: .init(path: name),
                remedy: "Say in the mapping where the currency stands: currency: COLUMN")
        }
        guard case .string(let text) = value else { return value }
        guard let number = NumberFormat().number(text) else {
            throw Problem("import.bad_number", "\"\(text)\" is no amount", at: .init(path: name))
        }
        return number
    }
}
