import Hummingbird
import RapportCore
import RapportStorage

/// `GET /v1/people/ID/export`, and `POST /v1/people/ID/rights/WISH` with `{"because": …}`; a correction has `fields`, an objection
/// may have `topic` and `channel`, an erasure says `"yes": true`. Changes need the token as a bearer: a cookie is not enough.
struct RightsRoutes {
    let services: WebServices
    let access: Access
    let actions: RightsActions

    func add(to router: Router<some RequestContext>) {
        router.get("/v1/people/:id/export") { request, context in
            guard access.isBearer(request) || access.isSignedIn(request) else { throw Self.unauthorized }
            return Reply.json(try await actions.export(try await person(context.parameters.decoded("id"))))
        }
        router.post("/v1/people/:id/rights/:wish") { request, context in
            guard access.isBearer(request) else { throw Self.unauthorized }
            let wish = try context.parameters.require("wish")
            let said = try await request.json(limit: 65_536)
            return Reply.json(try await actions.take(wish, try await person(context.parameters.decoded("id")), said))
        }
    }

    private func person(_ id: String) async throws -> PersonID {
        let search = services.search
        guard let person = try await services.database.read({ db in try search.find(id, in: db) }) else {
            throw Problem("http.not_found", "there is no person \(id)")
        }
        return person
    }

    private static let unauthorized = Problem(
        "http.unauthorized", "this needs the token", remedy: "Send it as Authorization: Bearer TOKEN")
}
