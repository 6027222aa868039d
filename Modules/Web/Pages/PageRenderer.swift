import Hummingbird
import Mustache
import RapportCore
import RapportEngagement

/// Renders pages from the templates that are linked into the program and the texts of one language.
struct PageRenderer: Sendable {
    /// Whose page it is: the team's, with an entry of the navigation marked as the current one, or the person's, to whom a brand wrote.
    enum Section: Sendable {
        case overview, people, health
        /// Not signed in yet.
        case door
        /// What people reach from a message; of the only brand, where it is not known of which.
        case outside(brand: String?)
    }

    let texts: Texts
    private let zone: TimeZoneRules
    private let brands: [String: WebServices.House]
    private let library: MustacheLibrary
    /// Every `page.` text by its last name, for `{{t.name}}`.
    private let words: [String: String]

    /// - Parameter zone: by whose clocks pages tell the time.
    /// - Throws: a parse error of a template, which a test would have found.
    init(texts: Texts, zone: TimeZoneRules, brands: [String: WebServices.House]) throws {
        self.texts = texts
        self.zone = zone
        self.brands = brands
        let sources: [(String, [UInt8])] = [
            ("layout", PackageResources.layout_mustache), ("overview", PackageResources.overview_mustache),
            ("people", PackageResources.people_mustache), ("person", PackageResources.person_mustache),
            ("health", PackageResources.health_mustache), ("data", PackageResources.data_mustache),
            ("token", PackageResources.token_mustache),
            ("unsubscribe", PackageResources.unsubscribe_mustache), ("message", PackageResources.message_mustache),
            ("preferences", PackageResources.preferences_mustache),
        ]
        MustacheContentTypes.register(PageText(), named: PageText.name)
        library = MustacheLibrary(
            templates: try Dictionary(
                uniqueKeysWithValues: sources.map {
                    ($0.0, try MustacheTemplate(string: PageText.pragma + String(decoding: $0.1, as: UTF8.self)))
                }))
        words = Dictionary(
            uniqueKeysWithValues: texts.keys.filter { $0.hasPrefix("page.") }.map { (String($0.dropFirst(5)), texts($0)) })
    }

    func page(
        _ template: String, title: String, section: Section, status: HTTPResponse.Status = .ok, query: String = "",
        _ values: [String: Any] = [:]
    ) -> Response {
        var all: [String: Any] = [
            "t": words, "title": title, "language": texts.language, "query": query,
        ]
        switch section {
        case .overview, .people, .health: all.merge(["signed_in": true, "on_\(section)": true]) { $1 }
        case .door: break
        case .outside(let brand):
            let house = brand.flatMap { brands[$0] } ?? (brands.count == 1 ? brands.values.first : nil)
            all.merge(["outside": true, "house": optional(house?.title), "address": optional(house.flatMap(\.shownAddress))]) {
                $1
            }
        }
        all.merge(values) { $1 }
        var response = Reply.html(library.render(all, withTemplate: template) ?? "", status: status)
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// `21 Nov 2026, 20:50` by the house's clocks, as the page's texts name the months.
    func when(_ time: Timestamp) -> String {
        let date = CivilDate(daysSince1970: Int(zone.day(of: time.milliseconds)))
        let minutes = zone.minute(of: time.milliseconds)
        let clock = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return texts(
            "page.time",
            ["day": "\(date.day)", "month": texts("month.\(date.month)"), "year": "\(date.year)", "clock": clock])
    }

    /// A value that a template may test: `false` stands for nothing.
    func optional(_ text: String?) -> Any {
        guard let text else { return false }
        return text
    }

    /// `12,345`, with the language's separator of thousands.
    func number(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var out = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out += texts("page.thousands") }
            out.append(digit)
        }
        return out
    }
}

/// How values are written into pages. The library escapes by Character, which lets `"` with a combining mark end an attribute, and
/// takes a third of the time of a long page.
private struct PageText: MustacheContentType {
    static let name = "RAPPORT_PAGE"
    static let pragma = "{{% CONTENT_TYPE:\(name)}}"

    func escapeText(_ text: String) -> String { HTMLText.escape(text) }
}
