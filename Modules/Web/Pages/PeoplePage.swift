import Foundation
import Hummingbird
import RapportCore
import RapportEngagement
import RapportStorage

/// The list of people: those who came last, those who match a search, those in a stage of the lifecycle.
struct PeoplePage {
    /// How many are shown.
    private static let shown = 50
    /// How many matches of a search are looked through for those in a stage.
    private static let searched = 500

    let services: WebServices
    let pages: PageRenderer

    func response(to request: Request) async throws -> Response {
        let parameters = request.uri.queryParameters
        let query = parameters["q"].map(String.init)?.trimmingCharacters(in: .whitespaces) ?? ""
        let asked = parameters["stage"].map(String.init) ?? ""
        let search = services.search
        let (stages, stage, hits) = try await services.database.read { db in
            let stages = try LifecycleQuestions.stages(in: db).stages.map { (name: $0.stage.name, people: $0.people) }
            // A bookmark may name a stage that is not there any more.
            let stage = stages.first { $0.name == asked }?.name
            return (stages, stage, try Self.hits(query, stage, search, in: db))
        }
        let texts = pages.texts
        let values: [String: String] = ["stage": stage ?? ""]
        let lead =
            switch (query.isEmpty, stage) {
            case (true, nil): texts("page.people_latest")
            case (true, _?): texts("page.people_in_stage", values)
            case (false, nil): texts("page.people_lead", count: Int64(hits.count))
            case (false, _?): texts("page.people_lead_in_stage", count: Int64(hits.count), values)
            }
        let empty = stage != nil ? "page.nobody_in_stage" : query.isEmpty ? "page.no_people" : "page.nobody"
        return pages.page(
            "people", title: texts("page.people"), section: .people, query: query,
            [
                "lead": lead, "has_people": !hits.isEmpty, "empty": texts(empty, values), "has_stages": !stages.isEmpty,
                "is_whole": stage == nil, "whole": Self.address(query, nil), "in_stage": pages.optional(stage),
                "stages": stages.map { one in
                    [
                        "name": one.name, "count": pages.number(one.people), "is_current": one.name == stage,
                        "address": Self.address(query, one.name),
                    ]
                },
                "people": hits.map { hit in
                    [
                        "id": hit.publicID, "name": hit.title,
                        "identifiers": [hit.email, hit.company].compactMap { $0 }.joined(separator: " · "),
                        "last_seen": pages.when(hit.lastSeen),
                    ]
                },
            ])
    }

    private static func hits(_ query: String, _ stage: String?, _ search: PeopleSearch, in db: Connection) throws -> [PersonHit] {
        guard let stage else {
            if query.isEmpty { return try People.hits(People.latest(limit: shown, in: db), in: db) }
            return try search.people(query, limit: shown, in: db)
        }
        guard !query.isEmpty else {
            return try People.hits(LifecycleQuestions.people(in: stage, limit: shown, in: db), in: db)
        }
        let found = try search.people(query, limit: searched, in: db)
        let those = Set(try LifecycleQuestions.people(in: stage, among: found.map(\.id), limit: searched, in: db))
        return Array(found.filter { those.contains($0.id) }.prefix(shown))
    }

    private static func address(_ query: String, _ stage: String?) -> String {
        var parts = URLComponents()
        parts.path = "/people"
        let items = [("q", query), ("stage", stage ?? "")].filter { !$0.1.isEmpty }
        // A plus would be read as a space.
        if !items.isEmpty {
            parts.percentEncodedQuery = items.map { name, value in
                let safe = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                return "\(name)=\(safe)"
            }.joined(separator: "&")
        }
        return parts.string ?? "/people"
    }
}
