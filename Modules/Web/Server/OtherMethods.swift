import HTTPTypes
import Hummingbird
import NIOCore
import RapportCore

/// What a path answers to a method that it has no route for: 405, or to OPTIONS 204, with the methods that it has in `Allow`
/// (RFC 9110, sections 9.3.7 and 15.5.6). Added once all routes are, it meets only what none of them answers.
struct OtherMethods<Context: RequestContext>: RouterMiddleware {
    /// Every path of the server, which answers what may be asked of it.
    private let paths: RouterResponder<Context>

    init(_ router: Router<Context>) {
        let paths = Router(context: Context.self)
        for (_, routes) in Dictionary(grouping: router.routes, by: \.path.description) {
            guard let path = routes.first?.path else { continue }
            var methods = Set(routes.map(\.method.rawValue)).union([HTTPRequest.Method.options.rawValue])
            // The router answers HEAD wherever it answers GET.
            if methods.contains(HTTPRequest.Method.get.rawValue) { methods.insert(HTTPRequest.Method.head.rawValue) }
            let allowed = methods.sorted().joined(separator: ", ")
            paths.get(path) { _, _ in Response(status: .noContent, headers: [.allow: allowed]) }
        }
        self.paths = paths.buildResponder()
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var head = request.head
        head.method = .get
        let asked = Request(head: head, body: .init(buffer: .init()))
        let answer = try await paths.respond(to: asked, context: context)
        guard let allowed = answer.headers[.allow] else { return try await next(request, context) }
        if request.method == .options { return answer }
        var refusal = Reply.problem(
            Problem(
                "http.wrong_method", "\(request.method.rawValue) is no method of this address", remedy: "It answers \(allowed)"),
            context.logger)
        refusal.headers[.allow] = allowed
        return refusal
    }
}
