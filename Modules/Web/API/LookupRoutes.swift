import Hummingbird
import RapportCore
import RapportEngagement
import RapportStorage

/// People as JSON, for programs that carry the token: `GET /v1/people?q=`, `/v1/people/ID` and `/v1/people/ID/why`.
struct LookupRoutes {
    let services: WebServices
    let access: Access

    func add(to router: Router<some RequestContext>) {
        addQuestions(to: router)
        router.get("/v1/people") { request, _ in
            try check(request)
            let query = request.uri.queryParameters["q"].map(String.init) ?? ""
            let search = services.search
            let hits = try await services.database.read { db in try search.people(query, limit: 50, in: db) }
            return Reply.json([
                "people": .array(
                    hits.map { hit in
                        [
                            "id": .string(hit.publicID), "title": .string(hit.title),
                            "email": hit.email.map { .string($0) } ?? .null,
                            "company": hit.company.map { .string($0) } ?? .null, "last_seen": .string(hit.lastSeen.rfc3339),
                        ]
                    })
            ])
        }
        router.get("/v1/people/:id") { request, context in
            try check(request)
            let id = try context.parameters.decoded("id")
            let search = services.search
            let record = try await services.database.read { db in
                try search.find(id, in: db).flatMap { try People.record(of: $0, in: db) }
            }
            guard let record else { throw Problem("http.not_found", "there is no person \(id)") }
            return Reply.json(Self.json(record, at: services.clock.now))
        }
        router.get("/v1/people/:id/why") { request, context in
            try check(request)
            let id = try context.parameters.decoded("id")
            let (explainer, search) = (services.explainer, services.search)
            let explanations = try await services.database.read { db in
                try search.find(id, in: db).map { try explainer.explain(person: $0, limit: 20, in: db) }
            }
            guard let explanations else { throw Problem("http.not_found", "there is no person \(id)") }
            return Reply.json(["explanations": .array(explanations.map(\.json))])
        }
    }

    /// A question is asked by POST, since that it was asked is noted: `{"touchpoint": "till", "contact": "receipt-4711"}`.
    func addQuestions(to router: Router<some RequestContext>) {
        router.post("/v1/people/:id/question") { request, context in
            try check(request)
            let (person, body) = try await asked(request, try context.parameters.decoded("id"))
            let question = try await services.questions.ask(person, try Self.contact(body))
            return Reply.json(["question": question.map { $0.json(services.texts, at: services.clock.now) } ?? .null])
        }
        // {"field": "company"} confirms; "value" changes; "declined": true declines.
        router.post("/v1/people/:id/answer") { request, context in
            try check(request)
            let (person, body) = try await asked(request, try context.parameters.decoded("id"))
            guard let field = body["field"]?.string else {
                throw Problem("question.field", "`field` must name what was asked about", at: .init(path: "field"))
            }
            var answer = QuestionDesk.Answer.holds
            if body["declined"]?.bool == true {
                answer = .declined
            } else if let value = body["value"], !value.isNull {
                answer = .changed(value.string ?? value.text)
            }
            try await services.questions.answer(person, field, answer, try Self.contact(body))
            return Reply.json(["accepted": true])
        }
    }

    private func asked(_ request: Request, _ id: String) async throws -> (PersonID, JSONValue) {
        let bytes = try await request.bytes(limit: 16_384)
        let body = bytes.isEmpty ? [:] : try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
        let search = services.search
        guard let person = try await services.database.read({ db in try search.find(id, in: db) }) else {
            throw Problem("http.not_found", "there is no person \(id)")
        }
        return (person, body)
    }

    private static func contact(_ body: JSONValue) throws -> QuestionDesk.Contact {
        .init(touchpoint: body["touchpoint"]?.string, name: body["contact"]?.string ?? "", actor: "api")
    }

    private func check(_ request: Request) throws {
        guard access.isBearer(request) || access.isSignedIn(request) else {
            throw Problem("http.unauthorized", "this needs the token", remedy: "Send it as Authorization: Bearer TOKEN")
        }
    }

    private static func json(_ record: PersonRecord, at now: Timestamp) -> JSONValue {
        [
            "id": .string(record.publicID), "title": .string(record.title), "anonymous": .bool(record.anonymous),
            "created_at": .string(record.createdAt.rfc3339), "first_seen": .string(record.firstSeen.rfc3339),
            "last_seen": .string(record.lastSeen.rfc3339),
            "identifiers": .array(
                record.identifiers.map {
                    [
                        "kind": .string($0.identifier.kind), "value": .string($0.identifier.value),
                        "sources": .array($0.sources.map { .string($0) }),
                    ]
                }),
            "fields": .object(
                record.fields.map { field in
                    .init(
                        field.name,
                        [
                            "value": field.value, "source": .string(field.source), "said_at": .string(field.saidAt.rfc3339),
                            "confirmed_at": field.confirmedAt.map { .string($0.rfc3339) } ?? .null,
                            "age_ms": .integer(field.freshness.age(at: now).milliseconds),
                            "confidence": .integer(field.confidence(at: now)),
                        ])
                }),
        ]
    }
}
