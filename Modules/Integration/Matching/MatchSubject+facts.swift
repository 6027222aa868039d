import RapportCore
import RapportMatching
import RapportStorage

extension MatchSubject {
    /// What is compared of a person: fields by their names, addresses and numbers by `email` and `phone`.
    ///
    /// - Parameter rules: mailboxes that several people read say nothing of one.
    init(_ facts: MatchFacts, _ settings: MatchingSettings, rules: IdentityRules) {
        self.init(id: facts.person)
        for column in settings.columns {
            if let value = facts.fields[column.name] { add(value, to: column.name) }
        }
        if values["first_name"] == nil || values["last_name"] == nil, let name = facts.fields["name"] {
            add(whole: name, settings)
        }
        let compared = Set(settings.columns.map(\.name))
        for identifier in facts.identifiers {
            switch rules.kind(identifier.kind)?.format {
            case .email where compared.contains("email") && !rules.isRoleMailbox(identifier): add(identifier.value, to: "email")
            case .phone where compared.contains("phone"): add(identifier.value, to: "phone")
            default: break
            }
        }
    }

    /// A name in one piece: `Lovelace, Ada` or `Ada King Lovelace`.
    private mutating func add(whole name: String, _ settings: MatchingSettings) {
        let compared = Set(settings.columns.map(\.name))
        var parts = name.split(separator: ",", maxSplits: 1).map { $0.split(separator: " ").map(String.init) }.filter {
            !$0.isEmpty
        }
        if parts.count == 2 { parts = [parts[1] + parts[0].suffix(1)] }
        guard let words = parts.first, words.count > 1, let first = words.first, let last = words.last else { return }
        if compared.contains("first_name"), values["first_name"] == nil { add(first, to: "first_name") }
        if compared.contains("last_name"), values["last_name"] == nil { add(last, to: "last_name") }
    }
}
