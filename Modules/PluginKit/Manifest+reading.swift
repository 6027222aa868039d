import RapportCore

extension Manifest {
    /// The keys of a manifest in a plugin.yaml or in a plugin's hello.
    public static let keys = ["id", "kind", "version", "summary", "capabilities", "duties", "settings", "callbacks"]

    /// Reads the manifest of an external plugin.
    ///
    /// - Throws: `Problem` or `Problems` with the place.
    public init(reading node: YAMLNode, besides: [String] = []) throws {
        try node.checkKeys(Self.keys + besides)
        let id = try node.required("id")
        let kind = try node.required("kind").choice(["channel", "source"])
        let name = try id.text()
        guard name.hasPrefix(kind + "."), name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || "._-".contains($0)) })
        else { throw id.problem("the id of a \(kind) is \"\(kind).\" and a lowercase name") }
        self.init(
            id: name, kind: kind == "channel" ? .channel : .source, version: try node.required("version").text(),
            summary: try node.required("summary").text(), capabilities: try Capabilities(reading: node["capabilities"]),
            settings: Spec(try node.mapping("settings")?.map { try Spec.Option(reading: $0) } ?? []),
            callbacks: try node.list("callbacks")?.map { try Callback(reading: $0) } ?? [],
            duties: try node["duties"].map { try $0.choices(Duty.self) } ?? [])
        for callback in callbacks {
            guard let setting = callback.verification.setting else { continue }
            guard settings.options.contains(where: { $0.name == setting && $0.kind == .secret }) else {
                throw Problem(
                    "plugin.manifest", "the callback \(callback.path) is verified by \"\(setting)\", which is no secret setting",
                    at: node.place)
            }
        }
    }
}

extension Capabilities {
    init(reading node: YAMLNode?) throws {
        self.init()
        guard let node else { return }
        try node.checkKeys([
            "addresses", "html", "subject", "attachments", "two_way", "reports_delivery", "maximum_text", "bulk",
            "rate_per_second", "idempotent",
        ])
        addresses = try node.text("addresses") ?? addresses
        html = try node.flag("html") ?? html
        subject = try node.flag("subject") ?? subject
        attachments = try node.flag("attachments") ?? attachments
        twoWay = try node.flag("two_way") ?? twoWay
        reportsDelivery = try node.flag("reports_delivery") ?? reportsDelivery
        maximumText = try node["maximum_text"].map { Int(try $0.integer(in: 1...100_000_000)) }
        bulk = Int(try node["bulk"]?.integer(in: 1...10_000) ?? 1)
        ratePerSecond = try node["rate_per_second"].map { Int(try $0.integer(in: 1...1_000_000)) }
        idempotent = try node.flag("idempotent") ?? idempotent
    }
}

extension Spec.Option {
    private static let types = ["text", "integer", "flag", "choice", "span", "path", "secret", "list", "map", "values"]

    /// Reads `folder: {type: path, required: true, help: Where the files go.}`.
    init(reading entry: YAMLNode.Entry) throws {
        let node = entry.node
        try node.checkKeys(["type", "required", "default", "help", "example", "choices", "minimum", "maximum"])
        let kind: Kind =
            switch try node.required("type").choice(Self.types) {
            case "integer":
                .integer(
                    minimum: try node.integer("minimum") ?? 0, maximum: try node.integer("maximum") ?? 9_007_199_254_740_991)
            case "flag": .flag
            case "choice": .choice(try node.required("choices").texts())
            case "span": .span
            case "path": .path
            case "secret": .secret
            case "list": .list
            case "map": .map
            case "values": .values
            default: .text
            }
        self.init(
            entry.name, kind, required: try node.flag("required") ?? false, default: node["default"]?.json,
            help: try node.required("help").text(), example: node["example"]?.json)
        if let value = node["default"] { _ = try self.value(of: value, folder: "/") }
    }
}

extension Callback {
    /// Reads `{path: replies, verify: {hmac: X-Signature, secret: token}, answer: {status: 200}}`.
    init(reading node: YAMLNode) throws {
        try node.checkKeys(["path", "verify", "answer"])
        self.init(
            path: try node.required("path").text(), verification: try Verification(reading: node["verify"]),
            answer: try Answer(reading: node["answer"]))
    }
}

extension Callback.Verification {
    /// The setting that holds the secret.
    public var setting: String? {
        switch self {
        case .none: nil
        case .hmac(_, _, let setting, _), .key(_, let setting): setting
        }
    }

    init(reading node: YAMLNode?) throws {
        guard let node else {
            self = .none
            return
        }
        try node.checkKeys(["hmac", "key", "secret", "algorithm", "prefix"])
        let setting = try node.required("secret").text()
        if let key = node["key"] {
            self = .key(name: try key.text(), setting: setting)
        } else {
            self = .hmac(
                header: try node.required("hmac").text(),
                algorithm: try node["algorithm"]?.choice(["sha1", "sha256", "sha512"]) ?? "sha256",
                setting: setting, prefix: try node.text("prefix") ?? "")
        }
    }
}

extension Callback.Answer {
    init(reading node: YAMLNode?) throws {
        guard let node else {
            self = .fixed(status: 200, body: "")
            return
        }
        if case .text("plugin") = node.content {
            self = .plugin
            return
        }
        try node.checkKeys(["status", "body", "echo"])
        if let parameter = try node.text("echo") {
            self = .echo(parameter: parameter)
        } else {
            self = .fixed(status: Int(try node["status"]?.integer(in: 200...599) ?? 200), body: try node.text("body") ?? "")
        }
    }
}
