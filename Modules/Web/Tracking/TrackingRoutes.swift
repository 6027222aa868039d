import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import RapportCore

/// The Segment HTTP Tracking API: `/v1/identify`, `track`, `page`, `screen`, `group`, `alias`, `batch`, and the short forms
/// that browsers use.
struct TrackingRoutes {
    private let service: TrackingService
    /// Write key → source.
    private let keys: [String: TrackingSource]
    /// The whole header → source, as most clients write it: the key, a colon and no password.
    private let authorizations: [String: TrackingSource]

    init(service: TrackingService, keys: [String: TrackingSource]) {
        self.service = service
        self.keys = keys
        authorizations = Dictionary(
            keys.map { key, source in ("Basic " + Data("\(key):".utf8).base64EncodedString(), source) },
            uniquingKeysWith: { first, _ in first })
    }

    func add(to router: Router<some RequestContext>) {
        let group = router.group("/v1").add(middleware: TrackingCORS())
        let short: [String: TrackedCall.Kind] = [
            "i": .identify, "t": .track, "p": .page, "s": .screen, "g": .group, "a": .alias,
        ]
        for kind in TrackedCall.Kind.allCases { route(group, kind.rawValue, kind) }
        for (name, kind) in short { route(group, name, kind) }
        for name in ["batch", "b", "import"] {
            group.post("/\(name)") { request, _ in
                let body = try await request.json(limit: TrackingService.maximumBatch)
                let refused = try await service.acceptBatch(body, source: try source(of: request, body: body))
                var answer: [JSONValue.Member] = [.init("success", true)]
                if !refused.isEmpty {
                    answer.append(
                        .init(
                            "refused",
                            .array(
                                refused.map {
                                    [
                                        "index": .integer(Int64($0.index)), "code": .string($0.problem.code),
                                        "message": .string($0.problem.description),
                                    ]
                                })))
                }
                return Reply.json(.object(answer))
            }
            group.on("/\(name)", method: .options) { _, _ in Response(status: .noContent) }
        }
    }

    private func route(_ group: RouterGroup<some RequestContext>, _ name: String, _ kind: TrackedCall.Kind) {
        group.post("/\(name)") { request, _ in
            let body = try await request.json(limit: TrackingService.maximumCall)
            try await service.accept(body, kind: kind, source: try source(of: request, body: body))
            return Self.accepted
        }
        group.on("/\(name)", method: .options) { _, _ in Response(status: .noContent) }
    }

    private static var accepted: Response {
        Response(status: .ok, headers: acceptedHeaders, body: .init(byteBuffer: acceptedBody))
    }

    private static let acceptedHeaders: HTTPFields = [.contentType: "application/json"]
    private static let acceptedBody = ByteBuffer(string: #"{"success":true}"#)

    /// The write key stands in Basic authorization as the user name, or in the body as `writeKey`.
    ///
    /// - Throws: `Problem` `http.unauthorized`.
    private func source(of request: Request, body: JSONValue) throws -> TrackingSource {
        var key = body["writeKey"]?.string
        if let header = request.headers[.authorization] {
            if let source = authorizations[header] { return source }
            if header.lowercased().hasPrefix("basic "),
                let data = Data(base64Encoded: header.dropFirst(6).trimmingCharacters(in: .whitespaces))
            {
                key = String(decoding: data, as: UTF8.self).split(separator: ":", omittingEmptySubsequences: false).first.map(
                    String.init)
            }
        }
        guard let key, let source = keys[key] else {
            throw Problem(
                "http.unauthorized", "the write key is missing or unknown",
                remedy: "Send it as the user name of Basic authorization, or as writeKey")
        }
        return source
    }
}

/// Browsers of any origin may track: a write key gives the right to add events, and to read nothing.
struct TrackingCORS<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let problem as Problem {
            response = Reply.problem(problem, context.logger, isForLibraries: true)
        }
        // Only browsers send an origin, and only they ask for leave.
        guard request.headers[.origin] != nil else { return response }
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlAllowMethods] = "POST, OPTIONS"
        response.headers[.accessControlAllowHeaders] = "authorization, content-type, content-encoding"
        response.headers[.accessControlMaxAge] = "86400"
        return response
    }
}
