import RapportCore
import RapportPluginKit
public import RapportStorage

/// Templates as definitions: `templates:` in YAML.
public struct TemplateHandler: DefinitionHandler {
    public let kind = "template"
    private let declaredFields: @Sendable (Connection) throws -> Set<String>

    /// - Parameter declaredFields: names the fields of people that are declared.
    public init(
        declaredFields: @escaping @Sendable (Connection) throws -> Set<String> = {
            Set(try $0.all("SELECT name FROM fields ORDER BY name") { $0.text(0) })
        }
    ) {
        self.declaredFields = declaredFields
    }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        let template = try MessageTemplate(name: draft.name, YAMLNode(json: draft.body, place: draft.place))
        // Whether it is for marketing is known when a campaign takes it up, and checked there.
        try Problems.check(
            TemplateLint.check(template, fields: try declaredFields(db), marketing: false).map { problem in
                guard let path = problem.place?.path, let place = draft.place(Self.path(path, under: draft.name)) else {
                    return problem
                }
                return problem.at(Self.join(place, problem.place))
            })
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}

    public func remove(_ definition: Definition, in db: Connection) throws {
        let inUse = try db.text("SELECT name FROM acts WHERE template = \(definition.name) AND state < 2 ORDER BY id LIMIT 1")
        if let inUse {
            throw Problem(
                "template.in_use", "the template \"\(definition.name)\" is being sent by \"\(inUse)\"",
                remedy: "Stop the campaign first.")
        }
    }

    /// `spring.en.text` is `languages.en.text` in the file.
    private static func path(_ path: String, under name: String) -> String {
        let inner = path.hasPrefix(name + ".") ? String(path.dropFirst(name.count + 1)) : path
        return inner.hasPrefix("tokens.") || inner == name ? inner : "languages.\(inner)"
    }

    /// The place in the file; a tag's own line counts from where its text begins.
    private static func join(_ place: Problem.Place, _ tag: Problem.Place?) -> Problem.Place {
        var place = place
        if let line = tag?.line, let first = place.line {
            // A block text (`|`) begins on the line after its key; its column is counted within the text.
            place.line = first + line
            place.column = tag?.column
        }
        return place
    }
}
