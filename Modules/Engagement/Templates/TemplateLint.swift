public import RapportCore

/// Finds what would go wrong with a template before anybody is written to.
public enum TemplateLint {
    /// Names that Rapport fills in for every message.
    public static let houseTokens: Set<String> = ["unsubscribe_url", "preferences_url", "brand", "postal_address"]

    /// - Parameters:
    ///   - fields: the declared fields of people.
    ///   - marketing: whether a topic of class marketing uses it, which makes the unsubscribe link a duty in every part.
    /// - Returns: all problems, in order of language and place; empty when it is sound.
    public static func check(_ template: MessageTemplate, fields: Set<String>, marketing: Bool) -> [Problem] {
        var problems: [Problem] = []
        if template.bodies[template.fallbackLanguage] == nil {
            problems.append(
                Problem(
                    "template.no_fallback_language", "the fallback language \"\(template.fallbackLanguage)\" has no text",
                    at: .init(path: template.name), remedy: "Add it under languages."))
        }
        for (name, token) in template.tokens.sorted(by: { $0.key < $1.key }) {
            let place = Problem.Place(path: "\(template.name).tokens.\(name)")
            if !fields.contains(token.field) {
                problems.append(
                    Problem(
                        "template.unknown_field", "there is no field \"\(token.field)\"", at: place,
                        remedy: nearest(token.field, in: fields)))
            }
            let missing = template.bodies.keys.sorted().filter { template.fallback(for: token, in: $0).isEmpty }
            if !missing.isEmpty && token.fallback[""] == nil {
                problems.append(
                    Problem(
                        "template.no_fallback", "token \"\(name)\" has no fallback in \(missing.joined(separator: ", "))",
                        at: place, remedy: "Say what stands there for people whose value is missing or odd."))
            }
        }
        for (language, body) in template.bodies.sorted(by: { $0.key < $1.key }) {
            let parts = [("subject", body.subject), ("text", body.text), ("html", body.html)]
            for case (let part, let text?) in parts {
                problems += check(text, at: "\(template.name).\(language).\(part)", of: template)
                if marketing && part != "subject" && !TemplateTag.all(in: text).contains(where: isUnsubscribe) {
                    problems.append(
                        Problem(
                            "template.no_unsubscribe", "marketing must offer to stop it, and this \(part) does not",
                            at: .init(path: "\(template.name).\(language).\(part)"), remedy: "Add {{unsubscribe_url}}."))
                }
            }
        }
        if problems.isEmpty {
            do { _ = try TemplateRenderer(template) } catch let problem as Problem { problems.append(problem) } catch {
                problems.append(Problem("template.syntax", "\(error)", at: .init(path: template.name)))
            }
        }
        return problems
    }

    private static func isUnsubscribe(_ tag: TemplateTag) -> Bool { tag.kind == .value && tag.name == "unsubscribe_url" }

    private static func check(_ text: String, at path: String, of template: MessageTemplate) -> [Problem] {
        let known = houseTokens.union(template.tokens.keys)
        return TemplateTag.all(in: text).compactMap { tag in
            let place = Problem.Place(line: tag.line, column: tag.column, path: path)
            switch tag.kind {
            case .comment: return nil
            case .partial, .unsupported:
                return Problem(
                    "template.unsupported_tag", "the tag \"\(tag.name)\" is not supported in messages", at: place,
                    remedy: "Use {{name}}, {{#name}}…{{/name}} or {{^name}}…{{/name}}.")
            case .value, .section, .inverted, .end:
                guard !known.contains(tag.name) else { return nil }
                return Problem(
                    "template.unknown_token", "there is no token \"\(tag.name)\"", at: place, remedy: nearest(tag.name, in: known)
                )
            }
        }
    }

    private static func nearest(_ name: String, in known: Set<String>) -> String? {
        if let best = Spelling.nearest(to: name, in: known.sorted()) { return "Did you mean \"\(best)\"?" }
        return known.isEmpty ? nil : "Known are \(known.sorted().joined(separator: ", "))."
    }
}
