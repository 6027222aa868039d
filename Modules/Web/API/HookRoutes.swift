import HTTPTypes
import Hummingbird
import RapportCore
import RapportIntegration
import RapportPluginKit

/// `/hooks/INSTANCE/PATH`: the raw request goes to the instance's inbox, which makes it durable before it is answered.
struct HookRoutes {
    let clock: any WallClock
    let hook: @Sendable (_ instance: String, CallbackRequest) async throws -> CallbackAnswer

    func add(to router: Router<some RequestContext>) {
        for method in [HTTPRequest.Method.get, .post, .put] {
            router.on("/hooks/:instance/**", method: method) { request, context in
                let answer = try await hook(
                    try context.parameters.require("instance"),
                    CallbackRequest(
                        path: context.parameters.getCatchAll().joined(separator: "/"), method: request.method.rawValue,
                        query: request.uri.queryParameters.map { .init(String($0.key), String($0.value)) },
                        headers: request.headers.map { .init($0.name.rawName, $0.value) },
                        // As it was sent: a signature covers the raw body.
                        body: try await request.rawBytes(limit: CallbackInbox.maximumBody), receivedAt: clock.now))
                return Reply.text(answer.body, status: .init(code: answer.status))
            }
        }
    }
}
