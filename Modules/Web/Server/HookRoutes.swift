import HTTPTypes
import Hummingbird
import RapportCore

/// `/hooks/INSTANCE/PATH`: the raw request goes to the instance's inbox, which makes it durable before it is answered.
struct HookRoutes {
    static let maximumBody = 1_024 * 1_024

    let hook: @Sendable (HookRequest) async throws -> HookAnswer?

    func add(to router: Router<some RequestContext>) {
        for method in [HTTPRequest.Method.get, .post, .put] {
            router.on("/hooks/:instance/**", method: method) { request, context in
                let instance = try context.parameters.require("instance")
                let path = context.parameters.getCatchAll().joined(separator: "/")
                let answer = try await hook(
                    HookRequest(
                        instance: instance, path: path, method: request.method.rawValue,
                        query: request.uri.queryParameters.map { (String($0.key), String($0.value)) },
                        // The raw body: a signature covers it as it was sent.
                        headers: request.headers.map { ($0.name.rawName, $0.value) },
                        body: try await request.rawBytes(limit: Self.maximumBody)))
                guard let answer else { throw Problem("http.not_found", "no plugin listens at /hooks/\(instance)/\(path)") }
                return Reply.text(answer.body, status: .init(code: answer.status))
            }
        }
    }
}
