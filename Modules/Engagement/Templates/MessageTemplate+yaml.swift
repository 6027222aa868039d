import RapportCore
public import RapportPluginKit

extension MessageTemplate {
    /// Reads a template:
    ///
    ///     spring:
    ///       fallback_language: en
    ///       tokens:
    ///         first_name: { field: first_name, fallback: { en: there, de: Nachbar } }
    ///       languages:
    ///         en:
    ///           subject: "{{first_name}}, spring is here"
    ///           text: |
    ///             Dear {{first_name}}, … {{unsubscribe_url}}
    ///           html: …
    ///
    /// - Throws: `Problem` naming the place of what is wrong.
    public init(name: String, _ node: YAMLNode) throws {
        try node.checkKeys(["fallback_language", "tokens", "languages"])
        var bodies: [String: Body] = [:]
        let languages = try node.required("languages")
        for entry in try languages.mapping() {
            try entry.node.checkKeys(["subject", "text", "html"])
            bodies[entry.name.lowercased()] = Body(
                subject: try entry.node.text("subject") ?? "", text: try entry.node.required("text").text(),
                html: try entry.node.text("html"))
        }
        guard let only = bodies.keys.sorted().first else {
            throw languages.problem("a template says something in one language at least")
        }
        var tokens: [String: Token] = [:]
        for entry in try node.mapping("tokens") ?? [] {
            try entry.node.checkKeys(["field", "fallback"])
            let fallback = try entry.node.required("fallback")
            var words: [String: String] = [:]
            if case .mapping(let entries) = fallback.content {
                for entry in entries { words[entry.name.lowercased()] = try entry.node.text() }
            } else {
                words[""] = fallback.isNull ? "" : try fallback.text()
            }
            tokens[entry.name] = Token(field: try entry.node.text("field") ?? entry.name, fallback: words)
        }
        let stated = try node.text("fallback_language")?.lowercased()
        if stated == nil, bodies.count > 1 {
            throw node.problem(
                "a template in several languages says which stands in for the others", code: "template.no_fallback_language",
                remedy: "Add fallback_language.")
        }
        self.init(name: name, bodies: bodies, fallbackLanguage: stated ?? only, tokens: tokens)
    }
}
