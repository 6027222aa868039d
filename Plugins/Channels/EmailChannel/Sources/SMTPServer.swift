import RapportCore
import RapportPluginKit

/// A server to hand mail to, and how to reach it.
struct SMTPServer: Sendable {
    enum Security: String, Sendable {
        case starttls, tls, none
        var usualPort: Int {
            switch self {
            case .starttls: 587
            case .tls: 465
            case .none: 25
            }
        }
    }

    let host: String
    let port: Int
    let security: Security
    let authorities: String?
    let username: String?
    let password: Secret?
    let hello: String?
    let timeout: Span

    /// For people; libcurl reads the path as the name to say EHLO with.
    var url: String { "\(security == .tls ? "smtps" : "smtp")://\(host):\(port)" }
}
