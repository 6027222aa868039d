import Foundation
import RapportCore
import RapportStorage
import RapportWeb

extension Rapport {
    /// A person's rights over HTTP: the same as on the command line.
    var rightsActions: RightsActions {
        RightsActions(
            export: { person in try await accessExport(of: person).json },
            take: { wish, person, said in
                guard let allowed = Self.wishes[wish] else {
                    throw Problem(
                        "http.not_found", "there is no wish \"\(wish)\"",
                        remedy: "There are \(Self.wishes.keys.sorted().joined(separator: ", ")).")
                }
                // A word that is not read would be a wish that is wider, or narrower, than was meant.
                for member in said.object ?? [] where !(allowed + ["because"]).contains(member.name) {
                    throw Problem(
                        "rights.unknown_key", "\(wish) has no \"\(member.name)\"", at: .init(path: member.name),
                        remedy: Spelling.nearest(to: member.name, in: allowed + ["because"]).map { "Did you mean \"\($0)\"?" })
                }
                let because = (said["because"]?.string ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
                guard !because.isEmpty else {
                    throw Problem("rights.because", "say how the person asked", at: .init(path: "because"))
                }
                let actor = "api"
                switch wish {
                case "correct":
                    let fields = (said["fields"]?.object ?? []).map { member in
                        (field: member.name, value: member.value.isNull ? "" : member.value.string ?? member.value.text)
                    }
                    guard !fields.isEmpty else {
                        throw Problem("rights.fields", "say which fields, by name", at: .init(path: "fields"))
                    }
                    return try await correct(person, fields, actor: actor, because: because).json
                case "restrict": return try await take(.restrict, of: person, actor: actor, evidence: because).json
                case "release": return try await take(.release, of: person, actor: actor, evidence: because).json
                case "object":
                    let wish = PersonalWish.object(topic: try Self.word("topic", said), channel: try Self.word("channel", said))
                    return try await take(wish, of: person, actor: actor, evidence: because).json
                case "erase":
                    guard said["yes"]?.bool == true else {
                        throw Problem("rights.yes", "an erasure cannot be taken back: say \"yes\": true", at: .init(path: "yes"))
                    }
                    return try await erase(person, actor: actor, because: because).receipt.json
                default: throw Problem("http.not_found", "there is no wish \"\(wish)\"")
                }
            })
    }

    /// What each wish may say beside `because`.
    private static let wishes = [
        "correct": ["fields"], "restrict": [], "release": [], "object": ["topic", "channel"], "erase": ["yes"],
    ]

    /// - Throws: `Problem` `rights.word` for what is there and is no word: it must not become an objection to everything.
    private static func word(_ name: String, _ said: JSONValue) throws -> String? {
        guard let value = said[name], !value.isNull else { return nil }
        guard let text = value.string, !text.trimmingCharacters(in: .whitespaces).isEmpty else {
            throw Problem("rights.word", "\(name) is a word", at: .init(path: name), remedy: "Leave it out to mean all.")
        }
        return text
    }
}
