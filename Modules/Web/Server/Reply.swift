import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import RapportCore
import RapportStorage

/// Small answers.
enum Reply {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        var bytes: [UInt8] = []
        value.write(to: &bytes)
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func html(_ page: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: page)))
    }

    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// `{"error": {"code", "message", "field"}}`, with the status that fits the problem.
    ///
    /// What a database says of itself, its host or its path for one, is for the log and not for everybody who may ask.
    ///
    /// - Parameter isForLibraries: says code and message on the top level too, where Segment's libraries and their kin look; one of them
    ///   takes an answer without these for a fault of the network, and sends again and again what was refused.
    static func problem(_ problem: Problem, _ logger: Logger, isForLibraries: Bool = false) -> Response {
        if problem.isOfDatabase { logger.warning("a request was turned away", metadata: ["error": "\(problem)"]) }
        var response = json(body(told(problem), isForLibraries: isForLibraries), status: status(of: problem))
        if response.status == .serviceUnavailable { response.headers[.retryAfter] = "5" }
        return response
    }

    static func body(_ problem: Problem, isForLibraries: Bool) -> JSONValue {
        var error: [JSONValue.Member] = [.init("code", .string(problem.code)), .init("message", .string(problem.description))]
        let top = isForLibraries ? error : []
        if let path = problem.place?.path { error.append(.init("field", .string(path))) }
        return .object([.init("error", .object(error))] + top)
    }

    /// The problem as anybody may read it.
    static func told(_ problem: Problem) -> Problem {
        guard problem.isOfDatabase else { return problem }
        let isUnknown = problem.code == Problem.unknownOutcome.code
        return Problem(
            problem.code, "the database did not answer as it should; the server's log says why",
            remedy: isUnknown
                ? "Perhaps it stored this; what has an id of its own can be sent again"
                : "Nothing was stored; send it again later")
    }

    static func status(of problem: Problem) -> HTTPResponse.Status {
        switch problem.code {
        case "http.too_large": .contentTooLarge
        case "http.unauthorized": .unauthorized
        case "http.failed": .internalServerError
        case "http.not_found", "person.not_found": .notFound
        case "http.wrong_method": .methodNotAllowed
        case "http.unsupported_encoding": .unsupportedMediaType
        case "intake.full", "database.busy", "database.unknown_outcome": .serviceUnavailable
        case _ where problem.isOutage: .serviceUnavailable
        case _ where problem.isOfDatabase: .internalServerError
        default: .badRequest
        }
    }
}
