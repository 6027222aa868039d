import RapportCore

extension Manifest {
    /// The sample configuration: an instance with its required options live, the others commented out with their defaults.
    /// `##` lines are sentences, `#` lines are options.
    public var sample: String {
        var lines = ["## \(summary)", "\(id.split(separator: ".").last.map(String.init) ?? id):", "  plugin: \(id)"]
        for option in settings.options {
            lines.append("")
            lines += Self.wrap(option.help + option.note, to: 112).map { "  ## \($0)" }
            let value = option.example ?? option.defaultValue ?? option.kind.placeholder
            lines.append((option.required ? "  " : "  # ") + "\(option.name): \(value.yamlFlow)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The reference page's section, in Markdown.
    public var reference: String {
        var out = "## \(id)\n\n\(summary)\n\nVersion \(version). \(capabilityText)\n"
        if !settings.options.isEmpty { out += "\n" + optionTable }
        return out + "\n```yaml\n\(sample)```\n"
    }

    /// The options as a table in Markdown.
    public var optionTable: String {
        var out = "| option | value | default | |\n|---|---|---|---|\n"
        for option in settings.options {
            let standard = option.required ? "required" : option.defaultValue.map { "`\($0.yamlFlow)`" } ?? ""
            out += "| `\(option.name)` | \(option.kind.description) | \(standard) | \(option.help) |\n"
        }
        return out
    }

    private var capabilityText: String {
        guard kind == .channel else { return "Reads records." }
        var parts = ["Addresses `\(capabilities.addresses)`"]
        if capabilities.html { parts.append("carries HTML") }
        if capabilities.attachments { parts.append("carries attachments") }
        if let maximum = capabilities.maximumText { parts.append("at most \(maximum) characters") }
        if capabilities.twoWay { parts.append("brings answers back") }
        if capabilities.reportsDelivery { parts.append("reports delivery") }
        if capabilities.bulk > 1 { parts.append("takes \(capabilities.bulk) messages at a time") }
        if let rate = capabilities.ratePerSecond { parts.append("at most \(rate) messages a second") }
        if capabilities.idempotent { parts.append("the same message twice arrives once") }
        return parts.joined(separator: ", ") + "."
    }

    private static func wrap(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

extension Spec.Option {
    fileprivate var note: String {
        switch kind {
        case .choice(let choices): " One of: \(choices.joined(separator: ", "))."
        case .secret: " A secret: {env: NAME} or {file: PATH}."
        default: ""
        }
    }
}

extension Spec.Option.Kind {
    /// For the reference: what a value looks like.
    public var description: String {
        switch self {
        case .text: "text"
        case .integer(let minimum, let maximum): "\(minimum) to \(maximum)"
        case .flag: "true or false"
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .span: "a length of time: `30s`, `24h`"
        case .path: "a path"
        case .secret: "a secret"
        case .list: "a list of texts"
        case .map: "texts by key"
        case .values: "values by key"
        }
    }

    fileprivate var placeholder: JSONValue {
        switch self {
        case .integer(let minimum, _): .integer(minimum)
        case .flag: false
        case .choice(let choices): .string(choices.first ?? "")
        case .span: "30s"
        case .secret: ["env": "NAME"]
        case .list: []
        case .map, .values: [:]
        case .text, .path: ""
        }
    }
}
