import RapportCore
import RapportStorage
import RapportWeb

extension Rapport {
    /// A person's rights over HTTP: the same as on the command line.
    var rightsActions: RightsActions {
        RightsActions(
            export: { person in try await accessExport(of: person).json },
            take: { wish, person, said in
                let because = said["because"]?.string ?? ""
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
                    let wish = PersonalWish.object(topic: said["topic"]?.string, channel: said["channel"]?.string)
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
}
