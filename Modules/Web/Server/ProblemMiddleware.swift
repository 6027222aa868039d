import Hummingbird
import Logging
import RapportCore

/// Turns what a handler throws into an answer; what nobody foresaw is logged and told without its inside. The answer to HEAD, a
/// refusal too, has no body (RFC 9110, section 9.3.2): a client would take it for the beginning of the next answer.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let answer = await answer(request, context, next)
        return request.method == .head ? answer.createHeadResponse() : answer
    }

    private func answer(
        _ request: Request, _ context: Context, _ next: (Request, Context) async throws -> Response
    ) async -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return Reply.problem(problem, context.logger)
        } catch let error as HTTPError {
            return Reply.problem(
                Problem(error.status == .notFound ? "http.not_found" : "http.refused", error.body ?? error.status.reasonPhrase),
                context.logger)
        } catch {
            context.logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return Reply.problem(Problem("http.failed", "the server could not do this; its log says why"), context.logger)
        }
    }
}
