import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import RapportCore

/// Who may see the pages: whoever has the first-run token, once; a cookie remembers it.
struct Access: Sendable {
    private static let cookie = "rapport"

    private let key: SymmetricKey
    private let session: String
    private let pages: PageRenderer

    init(token: String, pages: PageRenderer) {
        key = SymmetricKey(data: Array(token.utf8))
        session = Data(HMAC<SHA256>.authenticationCode(for: Array("session".utf8), using: key)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        self.pages = pages
    }

    func add(to router: Router<some RequestContext>) {
        router.get("/sign-in") { request, _ in
            if let token = request.uri.queryParameters["token"] { return enter(String(token), in: request) }
            return form(wrong: false)
        }
        router.post("/sign-in") { request, _ in
            enter(Form.parse(try await request.bytes(limit: 4_096))["token"] ?? "", in: request)
        }
    }

    /// Whether the request carries the cookie.
    func isSignedIn(_ request: Request) -> Bool {
        guard let value = request.cookies[Self.cookie]?.value else { return false }
        return Self.isEqual(value, session)
    }

    /// Whether the request carries the token as a bearer: for programs.
    func isBearer(_ request: Request) -> Bool {
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer ") else { return false }
        return isToken(header.dropFirst(7).trimmingCharacters(in: .whitespaces))
    }

    func form(wrong: Bool) -> Response {
        pages.page(
            "token", title: pages.texts("page.token_title"), section: .door, status: wrong ? .unauthorized : .ok,
            ["wrong": wrong])
    }

    private func enter(_ token: String, in request: Request) -> Response {
        guard isToken(token.trimmingCharacters(in: .whitespacesAndNewlines)) else { return form(wrong: true) }
        var response = Response(status: .seeOther, headers: [.location: "/"])
        response.setCookie(
            Cookie(name: Self.cookie, value: session, maxAge: 30 * 86_400, path: "/", httpOnly: true, sameSite: .lax))
        return response
    }

    private func isToken(_ text: String) -> Bool {
        let given = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
        let own = key.withUnsafeBytes { HMAC<SHA256>.authenticationCode(for: $0, using: key) }
        return Self.isEqual(Data(given).base64EncodedString(), Data(own).base64EncodedString())
    }

    /// Takes as long whether the first or the last byte differs.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
