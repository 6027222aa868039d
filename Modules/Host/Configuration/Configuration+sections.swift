import Foundation
import RapportCore
import RapportPluginKit
import RapportStorage

extension HTTPSettings {
    static let standard = HTTPSettings(
        host: "127.0.0.1", port: 8080, publicURL: "http://127.0.0.1:8080", idleTimeout: .seconds(90))

    init(_ node: YAMLNode?) throws {
        self = .standard
        guard let node else { return }
        try node.checkKeys(["host", "port", "public_url", "idle_timeout"])
        host = try node.text("host") ?? host
        port = Int(try node["port"]?.integer(in: 0...65_535) ?? Int64(port))
        if let span = try node.span("idle_timeout") {
            guard span >= .seconds(1), span <= .hours(1) else {
                throw (node["idle_timeout"] ?? node).problem("connections stay idle from 1 s to 1 h")
            }
            idleTimeout = span
        }
        publicURL = "http://\(host):\(port)"
        guard let address = node["public_url"] else { return }
        publicURL = try address.text()
        while publicURL.hasSuffix("/") { publicURL.removeLast() }
        guard let url = URL(string: publicURL), url.scheme == "https" || url.scheme == "http", url.host()?.isEmpty == false else {
            throw address.problem("this should be an address that begins with https://")
        }
    }
}

extension House {
    static let standard = House(name: "Rapport", timeZone: "UTC", country: nil, currency: "EUR", language: "en")

    init(_ node: YAMLNode?) throws {
        self = .standard
        guard let node else { return }
        try node.checkKeys(["name", "time_zone", "country", "currency", "language"])
        name = try node.text("name") ?? name
        language = try node.text("language") ?? language
        if let zone = node["time_zone"] {
            timeZone = try zone.text()
            guard TimeZone(identifier: timeZone) != nil else {
                let nearest = Spelling.nearest(to: timeZone, in: TimeZone.knownTimeZoneIdentifiers)
                throw zone.problem(
                    "there is no time zone \"\(timeZone)\"", remedy: nearest.map { "Did you mean \"\($0)\"?" })
            }
        }
        if let value = node["country"] { country = try value.capitals(2, "a country as two capital letters (ISO 3166): GB, DE") }
        if let value = node["currency"] {
            currency = try value.capitals(3, "a currency as three capital letters (ISO 4217): GBP, EUR")
        }
    }
}

extension Brand {
    init(_ entry: YAMLNode.Entry) throws {
        let node = entry.node
        try node.checkKeys(["title", "from", "reply_to", "postal_address"])
        let from = try node.required("from")
        let address = try from.text()
        guard address.contains("@") else { throw from.problem("this should be an email address") }
        self.init(
            name: entry.name, title: try node.text("title") ?? entry.name, from: address, replyTo: try node.text("reply_to"),
            postalAddress: try node.required("postal_address").text())
    }
}

extension WorkerSettings {
    static let standard = WorkerSettings(lease: .seconds(10))

    init(_ node: YAMLNode?) throws {
        self = .standard
        guard let node else { return }
        try node.checkKeys(["lease"])
        guard let lease = try node.span("lease") else { return }
        guard lease >= .seconds(1), lease <= Leases.longest else {
            throw (node["lease"] ?? node).problem("a lease is from 1 s to 10 min long")
        }
        self.lease = lease
    }
}

extension TrackingInstance {
    init(_ entry: YAMLNode.Entry, _ secrets: SecretReader) throws {
        let node = entry.node
        try node.checkKeys(["write_key", "undeclared", "country"])
        self.init(
            name: entry.name, key: try node.required("write_key"),
            undeclared: try node["undeclared"]?.choice(["keep", "drop", "refuse"]) ?? "keep",
            country: try node["country"]?.capitals(2, "a country as two capital letters (ISO 3166): GB, DE"))
        if case .text = key.content { _ = try writeKey(secrets) } else { _ = try secrets.unread.read(key) }
    }

    /// - Throws: `Problem` `config.secret` where environment or file do not have it, `config.invalid` where it is too short.
    func writeKey(_ secrets: SecretReader) throws -> Secret {
        var written: Secret
        if case .text(let text) = key.content { written = Secret(text) } else { written = try secrets.read(key) }
        written = Secret(written.exposed.trimmingCharacters(in: .whitespaces))
        guard written.exposed.count >= 8 else { throw key.problem("a write key needs eight characters or more") }
        return written
    }
}

extension Configuration {
    /// The sources of tracking calls by their write keys, which only a server needs.
    ///
    /// - Throws: `Problems` with every key that is missing, too short or given to two sources.
    func trackingKeys() throws -> [String: TrackingInstance] {
        var keys: [String: TrackingInstance] = [:]
        var problems: [Problem] = []
        for instance in tracking {
            do {
                let key = try instance.writeKey(secrets).exposed
                if let other = keys.updateValue(instance, forKey: key) {
                    problems.append(
                        instance.key.problem(
                            "tracking.\(other.name) has this write key too",
                            remedy: "Give each source a key of its own: by it calls are told apart"))
                }
            } catch let problem as Problem {
                problems.append(problem)
            }
        }
        try Problems.check(problems)
        return keys
    }
}

extension LogSettings {
    static let standard = LogSettings(level: "info", format: .text)

    init(_ node: YAMLNode?) throws {
        self = .standard
        guard let node else { return }
        try node.checkKeys(["level", "format"])
        level = try node["level"]?.choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]) ?? level
        format = try node["format"]?.choice(Format.self) ?? format
    }
}

extension PluginInstance {
    static func list(_ node: YAMLNode?, _ kind: Manifest.Kind, folder: String) throws -> [PluginInstance] {
        try node?.mapping().map { entry in
            guard entry.name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }) else {
                throw Problem("config.invalid", "a name is lowercase letters, digits and _", at: entry.place)
            }
            let node = entry.node
            return PluginInstance(
                name: entry.name, kind: kind, plugin: try node.required("plugin").text(), node: node,
                rate: kind == .channel ? try node["rate"]?.integer(in: 1...1_000_000) : nil,
                schedule: kind == .source ? try schedule(node) : nil,
                mapping: kind == .source
                    ? try node.text("mapping").map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" } : nil)
        } ?? []
    }

    /// `every: 1h`, or `at: 06:30`, `at: [mon-fri 06:30, 1 22:00]`.
    private static func schedule(_ node: YAMLNode) throws -> Schedule? {
        if let every = node["every"] {
            guard node["at"] == nil else { throw every.problem("a source has \"every\" or \"at\", not both") }
            let span = try every.span()
            guard span >= .seconds(10), span <= .days(366) else { throw every.problem("from 10 s to 366 days") }
            return .every(span)
        }
        guard let at = node["at"] else { return nil }
        var moments: [Schedule.Moment] = []
        for item in (try? at.list()) ?? [at] {
            let text = try item.text()
            guard let moment = Schedule.Moment(text) else {
                throw item.problem(
                    "\"\(text)\" is no time of day",
                    remedy: "Write 06:30, mon-fri 06:30, mon,thu 06:30, or 1 06:30 for the first of each month")
            }
            moments.append(moment)
        }
        guard !moments.isEmpty else { throw at.problem("there is no time") }
        return .at(moments)
    }
}

extension YAMLNode {
    fileprivate func capitals(_ count: Int, _ what: String) throws -> String {
        let text = try text()
        guard text.count == count, text.allSatisfy({ $0.isASCII && $0.isUppercase }) else {
            throw problem("this should be \(what)")
        }
        return text
    }
}
