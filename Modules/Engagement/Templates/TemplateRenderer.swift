import Mustache
import RapportCore

/// A template of one version, parsed once and rendered for many people.
public struct TemplateRenderer: Sendable {
    public let template: MessageTemplate
    private let compiled: [String: Compiled]

    private struct Compiled: Sendable {
        var subject: MustacheTemplate
        var text: MustacheTemplate
        var html: MustacheTemplate?
    }

    /// - Throws: `Problem` `template.syntax` with the language and part that do not parse.
    public init(_ template: MessageTemplate) throws {
        self.template = template
        var compiled: [String: Compiled] = [:]
        for (language, body) in template.bodies {
            func parse(_ text: String, _ part: String) throws -> MustacheTemplate {
                // The library escapes by Character, which lets `"` with a combining mark through. Values are escaped here by
                // scalar, and the library told to leave them alone.
                do { return try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + text) } catch {
                    throw Problem(
                        "template.syntax", "the \(part) is not a Mustache template",
                        at: .init(path: "\(template.name).\(language).\(part)"),
                        remedy: "Check that every {{#section}} is closed and every tag ends with }}.")
                }
            }
            compiled[language] = Compiled(
                subject: try parse(body.subject, "subject"), text: try parse(body.text, "text"),
                html: try body.html.map { try parse($0, "html") })
        }
        self.compiled = compiled
    }

    /// The message for one person.
    ///
    /// - Parameters:
    ///   - values: the person's fields by name; leave out what is unproven, and its token falls back.
    ///   - house: what Rapport adds: `unsubscribe_url`, `preferences_url`, `brand`, `postal_address`.
    public func render(values: [String: String], house: [String: String], language wanted: String?, houseLanguages: [String] = [])
        throws -> RenderedMessage
    {
        let language = template.language(for: wanted, house: houseLanguages)
        guard let compiled = compiled[language] else {
            throw Problem(
                "template.no_language", "template \"\(template.name)\" has no text in \"\(language)\"",
                remedy: "Write the fallback language.")
        }
        var (shown, fallbacks) = (house, [String]())
        for (name, token) in template.tokens {
            switch TokenCheck.check(values[token.field]) {
            case .show(let value): shown[name] = value
            case .fallback:
                shown[name] = template.fallback(for: token, in: language)
                fallbacks.append(name)
            }
        }
        let escaped = compiled.html == nil ? [:] : shown.mapValues { HTMLText.escape($0) }
        return RenderedMessage(
            subject: Self.oneLine(compiled.subject.render(shown)), text: compiled.text.render(shown),
            html: compiled.html.map { $0.render(escaped) }, language: language, fallbacks: fallbacks.sorted())
    }

    /// A subject is a header: a line break in a name must not begin another one (RFC 5322, section 2.2).
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: { $0.isNewline || $0 == "\0" }).joined(separator: " ").trimmed
    }
}
