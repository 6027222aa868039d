import HTTPTypes
import Hummingbird
import NIOCore
import RapportCore

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
    static func problem(_ problem: Problem) -> Response {
        var error: [JSONValue.Member] = [.init("code", .string(problem.code)), .init("message", .string(problem.description))]
        if let path = problem.place?.path { error.append(.init("field", .string(path))) }
        return json(.object([.init("error", .object(error))]), status: status(of: problem))
    }

    static func status(of problem: Problem) -> HTTPResponse.Status {
        switch problem.code {
        case "http.too_large": .contentTooLarge
        case "http.unauthorized": .unauthorized
        case "http.not_found", "person.not_found": .notFound
        case "http.wrong_method": .methodNotAllowed
        case "http.unsupported_encoding": .unsupportedMediaType
        case "intake.full", "database.closed": .serviceUnavailable
        case let code where code.hasPrefix("database."): .internalServerError
        default: .badRequest
        }
    }
}
