import Hummingbird
import Logging
import RapportCore

/// Turns what a handler throws into an answer; what nobody foresaw is logged and told without its inside.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return Reply.problem(problem)
        } catch let error as HTTPError {
            return Reply.problem(
                Problem(error.status == .notFound ? "http.not_found" : "http.refused", error.body ?? error.status.reasonPhrase))
        } catch {
            context.logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return Reply.problem(Problem("database.failed", "the server could not do this; its log says why"))
        }
    }
}
