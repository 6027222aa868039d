import RapportCore
import RapportPluginKit
public import RapportStorage
import Synchronization

/// Templates by name and version, parsed once a process. A version never changes, so what is kept is never stale.
public final class TemplateStore: Sendable {
    private struct Key: Hashable {
        var name: String
        var version: Int64
    }

    private let kept = Mutex<[Key: TemplateRenderer]>([:])

    public init() {}

    /// - Throws: `Problem` `template.not_found`.
    public func renderer(_ name: String, version: Int64, in db: Connection) throws -> TemplateRenderer {
        let key = Key(name: name, version: version)
        if let renderer = kept.withLock({ $0[key] }) { return renderer }
        let body = try db.text(
            "SELECT body FROM definitions WHERE kind = 'template' AND name = \(name) AND version = \(version)")
        guard let body, body != "null" else {
            throw Problem("template.not_found", "there is no template \"\(name)\" in version \(version)")
        }
        let renderer = try TemplateRenderer(MessageTemplate(name: name, YAMLNode(json: JSONValue(parsing: body))))
        kept.withLock { kept in
            if kept.count > 200 { kept.removeAll() }
            kept[key] = renderer
        }
        return renderer
    }

    /// The version in force, or `nil` if there is no such template.
    public func version(of name: String, in db: Connection) throws -> Int64? {
        let row = try db.first(
            "SELECT version, body FROM definitions WHERE kind = 'template' AND name = \(name) ORDER BY version DESC LIMIT 1"
        ) { ($0.integer(0), $0.text(1)) }
        return row.flatMap { $0.1 == "null" ? nil : $0.0 }
    }
}

extension TemplateRenderer {
    /// The fields of the record that it reads.
    var fields: Set<String> { Set(template.tokens.values.map(\.field)) }
}
