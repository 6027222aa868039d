import RapportCore
import RapportMail
import RapportPluginKit

/// The settings of one instance, checked.
struct EmailSettings: Sendable {
    struct DKIM: Sendable {
        let domain: String
        let selector: String
        let key: DKIMKey
        var signer: DKIMSigner { DKIMSigner(domain: domain, selector: selector, key: key) }
    }

    let server: SMTPServer
    let connections: Int
    /// Bounces come back to `b-MESSAGE@` this domain; `nil`: to the sender.
    let returnPathDomain: String?
    let dkim: DKIM?

    static let spec = Spec([
        .init("host", .text, required: true, help: "The SMTP server.", example: "smtp.example.com"),
        .init(
            "port", .integer(minimum: 1, maximum: 65_535),
            help: "Its port. Without one: 587 for starttls, 465 for tls, 25 for none.", example: 587),
        .init(
            "tls", .choice(["starttls", "tls", "none"]), default: "starttls",
            help: "How the line is secured: starttls after connecting, tls from the first byte, none only on this machine."),
        .init(
            "ca_file", .path, help: "Trust the certificates in this PEM file instead of the system's.", example: "ca.pem"),
        .init(
            "username", .text, help: "The user to sign in as. Without one there is no signing in.", example: "news@example.com"),
        .init("password", .secret, help: "The password of that user."),
        .init(
            "hello", .text, help: "The name to say EHLO with. Without one: this machine's.", example: "crm.example.com"),
        .init(
            "connections", .integer(minimum: 1, maximum: 50), default: 2,
            help: "How many connections are kept open at most."),
        .init("timeout", .span, default: "30s", help: "How long one message may take before its connection is given up."),
        .init(
            "return_path_domain", .text,
            help: "Bounces come back to b-MESSAGE at this domain, so that each names its message.", example: "bounce.example.com"),
        .init(
            "dkim_domain", .text, help: "The domain that signs (d=). Signing needs all three dkim options.",
            example: "example.com"),
        .init("dkim_selector", .text, help: "The selector of the key's DNS record (s=).", example: "rapport"),
        .init("dkim_key", .secret, help: "The private key in PEM: RSA or Ed25519."),
    ])

    init(_ settings: Settings) throws {
        let security = settings.text("tls").flatMap(SMTPServer.Security.init(rawValue:)) ?? .starttls
        guard let host = settings.text("host"), !host.isEmpty else {
            throw Problem("email.no_host", "an SMTP server must be named", at: .init(path: "host"))
        }
        let username = settings.text("username")
        let password = settings.secret("password")
        guard (username == nil) == (password == nil) else {
            throw Problem(
                "email.half_credentials", "username and password go together",
                at: .init(path: username == nil ? "username" : "password"))
        }
        server = SMTPServer(
            host: host, port: settings.integer("port").map { Int($0) } ?? security.usualPort, security: security,
            authorities: settings.text("ca_file"), username: username, password: password, hello: settings.text("hello"),
            timeout: settings.span("timeout") ?? .seconds(30))
        connections = Int(settings.integer("connections") ?? 2)
        returnPathDomain = settings.text("return_path_domain")
        switch (settings.text("dkim_domain"), settings.text("dkim_selector"), settings.secret("dkim_key")) {
        case (nil, nil, nil): dkim = nil
        case (let domain?, let selector?, let key?):
            do {
                dkim = DKIM(domain: domain, selector: selector, key: try DKIMKey(pem: key.exposed))
            } catch let problem as Problem {
                throw problem.at(.init(path: "dkim_key"))
            }
        case (let domain, let selector, _):
            throw Problem(
                "email.half_dkim", "dkim_domain, dkim_selector and dkim_key go together",
                at: .init(path: domain == nil ? "dkim_domain" : selector == nil ? "dkim_selector" : "dkim_key"))
        }
    }
}
