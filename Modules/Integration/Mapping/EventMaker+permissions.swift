import RapportCore
import RapportStorage

extension EventMaker {
    /// Makes the event a permission, a withdrawal or an objection. A permission without date, source and wording is unproven.
    func permission(_ event: inout NewEvent) throws {
        let status = try text(part("status"), "status").map(Text.folded) ?? "granted"
        var members = try ["brand", "topic", "channel"].compactMap { name in
            try text(part(name), name).map { JSONValue.Member(name, .string($0)) }
        }
        switch status {
        case "granted", "pending", "confirmed", "subscribed", "yes", "true", "1", "opt-in", "optin":
            if let brand = try brand(members.first { $0.name == "brand" }?.value.string) {
                members = [.init("brand", .string(brand))] + members.filter { $0.name != "brand" }
            }
            event.kind = status == "pending" || status == "confirmed" ? "permission.\(status)" : "permission.granted"
            let basis = try text(part("basis"), "basis") ?? "consent"
            guard Basis(name: basis) != nil else {
                throw Problem(
                    "import.unknown_basis", "\"\(basis)\" is no basis", at: .init(path: "basis"),
                    remedy: "Use one of \(Basis.allCases.map(\.name).joined(separator: ", "))")
            }
            members.append(.init("basis", .string(basis)))
            // The ledger calls proven what has these three: date, where, wording.
            if let date = try text(rule.at, "at") { members.append(.init("date", .string(date))) }
            for name in ["where", "wording", "language", "evidence", "promised"] {
                if let text = try text(part(name), name) { members.append(.init(name, .string(text))) }
            }
        case "withdrawn", "unsubscribed", "no", "false", "0", "opt-out", "optout": event.kind = "permission.withdrawn"
        case "objected", "objection": event.kind = "objection.made"
        default:
            throw Problem(
                "import.unknown_status", "\"\(status)\" is no status of a permission", at: .init(path: "status"),
                remedy: "Use granted, pending, confirmed, withdrawn or objected")
        }
        members.append(.init("imported", true))
        event.properties = .object(members)
    }

    /// To whom a permission was given: the ledger knows none that is given to nobody.
    private func brand(_ stated: String?) throws -> String? {
        let brands = rule.brands
        guard let stated else {
            guard brands.count > 1 else { return brands.first }
            throw Problem(
                "import.no_brand", "nothing says to which brand this permission was given", at: .init(path: "brand"),
                remedy: "Say it in the mapping: brand: \(brands[0])")
        }
        if brands.isEmpty || brands.contains(where: { Text.folded($0) == Text.folded(stated) }) { return stated }
        throw Problem(
            "import.unknown_brand", "there is no brand \"\(stated)\"", at: .init(path: "brand"),
            remedy: Spelling.nearest(to: stated, in: brands).map { "Did you mean \"\($0)\"?" }
                ?? "There are \(brands.joined(separator: ", "))")
    }

    /// Makes the event the suppression of an address, or a withdrawal where the person said so.
    func suppression(_ event: inout NewEvent) throws {
        let word = try text(part("reason"), "reason").map(Text.folded) ?? "manual"
        var members = try text(part("channel"), "channel").map { [JSONValue.Member("channel", .string($0))] } ?? []
        switch word {
        case "unsubscribed", "unsubscribe", "withdrawn", "opt-out", "optout":
            event.kind = "permission.withdrawn"
        case "objected", "objection": event.kind = "objection.made"
        default:
            let reasons = [
                "bounce": "bounce", "bounced": "bounce", "hard_bounce": "bounce", "hard bounce": "bounce", "cleaned": "bounce",
                "complaint": "complaint", "complained": "complaint", "spam": "complaint", "abuse": "complaint",
                "manual": "manual",
            ]
            guard let reason = reasons[word] else {
                throw Problem(
                    "import.unknown_reason", "\"\(word)\" is no reason of a suppression", at: .init(path: "reason"),
                    remedy: "Use bounce, complaint, manual, unsubscribed or objected")
            }
            if let address = event.identifiers.first { members.append(.init("address", .integer(AddressHash.of(address)))) }
            switch reason {
            case "bounce":
                event.kind = "message.bounced"
                members.append(.init("bounce", "hard"))
            case "complaint": event.kind = "message.complained"
            default: event.kind = "address.suppressed"
            }
        }
        members.append(.init("imported", true))
        event.properties = .object(members)
    }
}
