import Foundation
import HTTPTypes
import Hummingbird
import RapportCore
import RapportEngagement
import RapportStorage

/// The three pages behind the token: the overview, a person, the system's health. They read and never change.
struct PageRoutes {
    let services: WebServices
    let pages: PageRenderer
    let access: Access

    func add(to router: Router<some RequestContext>) {
        let kept = OverviewFigures(database: services.database)
        router.get("/") { request, _ in
            try await behindToken(request) {
                let overview = OverviewData(services: services, pages: pages, kept: kept)
                return pages.page(
                    "overview", title: pages.texts("page.overview"), section: .overview, try await overview.values())
            }
        }
        router.get("/people") { request, _ in
            try await behindToken(request) {
                try await PeoplePage(services: services, pages: pages).response(to: request)
            }
        }
        router.get("/people/:id") { request, context in
            try await behindToken(request) {
                try await person(
                    try context.parameters.decoded("id"), before: request.uri.queryParameters["before"].map(String.init))
            }
        }
        let data = DataPage(services: services, pages: pages)
        router.get("/health/data") { request, _ in try await behindToken(request) { try await data.response() } }
        router.get("/health") { request, _ in try await behindToken(request) { await health() } }
    }

    private func behindToken(_ request: Request, _ page: () async throws -> Response) async throws -> Response {
        if access.isSignedIn(request) { return try await page() }
        // The printed address carries the token, so that the first visit needs no typing.
        if let token = request.uri.queryParameters["token"] {
            return Response(status: .seeOther, headers: [.location: "/sign-in?token=\(token)"])
        }
        return access.form(wrong: false)
    }

    private func person(_ id: String, before: String?) async throws -> Response {
        let data = PersonData(services: services, pages: pages)
        guard let values = try await data.values(id, before: before) else {
            return pages.page(
                "message", title: pages.texts("page.not_found"), section: .people, status: .notFound,
                ["heading": pages.texts("page.not_found"), "sentence": pages.texts("page.not_found_lead")])
        }
        return pages.page("person", title: values["name"] as? String ?? "", section: .people, values)
    }

    private func health() async -> Response {
        let checks = await services.checks()
        let bad = checks.filter { $0.state != .good }.count
        let texts = pages.texts
        return pages.page(
            "health", title: texts("page.health"), section: .health,
            [
                "lead": bad == 0 ? texts("page.all_well") : texts("page.not_well", count: Int64(bad)),
                "checks": checks.map { check in
                    [
                        "name": check.name, "finding": check.finding, "remedy": pages.optional(check.remedy),
                        "state": texts("page.check.\(check.state.rawValue)"),
                        "tone": check.state == .good ? "" : check.state == .warning ? "warn" : "bad",
                    ]
                },
                "has_channels": !services.channels.isEmpty,
                "channels": services.channels.map { ["name": $0.name, "plugin": $0.plugin] },
            ])
    }
}
