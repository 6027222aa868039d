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
            event.kind = "permission.granted"
            let basis = try text(part("basis"), "basis") ?? "consent"
            guard Basis(name: basis) != nil else {
                throw Problem(
                    "import.unknown_basis", "\"\(basis)\" is no basis", at: .init(path: "basis"),
                    remedy: "Use one of \(Basis.allCases.map(\.name).joined(separator: ", "))")
            }
            members.append(.init("basis", .string(basis)))
            for name in ["where", "wording", "language", "evidence", "promise"] {
                if let text = try text(part(name), name) {
                    members.append(.init(name == "where" ? "source" : name, .string(text)))
                }
            }
            let hasDate = try text(rule.at, "at") != nil
            let isProven = hasDate && members.contains { $0.name == "source" } && members.contains { $0.name == "wording" }
            members.append(.init("proven", .bool(isProven)))
            if status == "pending" || status == "confirmed" { members.append(.init("status", .string(status))) }
        case "withdrawn", "unsubscribed", "no", "false", "0", "opt-out", "optout": event.kind = "permission.withdrawn"
        case "objected", "objection": event.kind = "permission.objected"
        default:
            throw Problem(
                "import.unknown_status", "\"\(status)\" is no status of a permission", at: .init(path: "status"),
                remedy: "Use granted, pending, confirmed, withdrawn or objected")
        }
        members.append(.init("imported", true))
        event.properties = .object(members)
    }

    /// Makes the event the suppression of an address, or a withdrawal where the person said so.
    func suppression(_ event: inout NewEvent) throws {
        let word = try text(part("reason"), "reason").map(Text.folded) ?? "manual"
        var members = try text(part("channel"), "channel").map { [JSONValue.Member("channel", .string($0))] } ?? []
        switch word {
        case "unsubscribed", "unsubscribe", "withdrawn", "opt-out", "optout":
            event.kind = "permission.withdrawn"
        case "objected", "objection": event.kind = "permission.objected"
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
            event.kind = "suppression.added"
            members.append(.init("reason", .string(reason)))
            members.append(
                .init(
                    "addresses",
                    .array(event.identifiers.map { ["kind": .string($0.kind), "value": .string($0.value)] })))
        }
        members.append(.init("imported", true))
        event.properties = .object(members)
    }
}
