import Foundation
import RapportCore
import Yams

extension YAMLNode {
    /// Reads the one document of a file. An empty file is an empty mapping.
    ///
    /// - Throws: `Problem` `yaml.unreadable` where the file cannot be read, `yaml.invalid` or `yaml.duplicate_key` with the place.
    public init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Problem("yaml.unreadable", "this file cannot be read", at: Problem.Place(file: file))
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Problem("yaml.invalid", "this file is not UTF-8 text", at: Problem.Place(file: file))
        }
        try self.init(parsing: text, name: file)
    }

    /// Reads the one document of a text; `name` is what problems call it.
    public init(parsing text: String, name: String? = nil) throws {
        do {
            guard let root = try Parser(yaml: text).singleRoot() else {
                self.init(.mapping([]), at: Problem.Place(file: name))
                return
            }
            var reader = YAMLReader(file: name)
            let node = try reader.node(root, path: "")
            self = node.isNull ? YAMLNode(.mapping([]), at: node.place) : node
        } catch let error as YamlError {
            throw YAMLReader(file: name).problem(error)
        }
    }
}

private struct YAMLReader {
    let file: String?
    /// Aliases make it possible to write a few lines that stand for billions of nodes.
    var nodesLeft = 200_000

    init(file: String?) { self.file = file }

    mutating func node(_ node: Node, path: String) throws -> YAMLNode {
        let place = place(node.mark, path)
        nodesLeft -= 1
        guard nodesLeft > 0 else { throw Problem("yaml.invalid", "this document is too large", at: place) }
        let below = path.isEmpty ? "" : path + "."
        switch node {
        case .scalar(let scalar): return YAMLNode(Self.content(of: scalar), at: place)
        case .sequence(let items):
            return YAMLNode(
                .list(try items.enumerated().map { try self.node($1, path: "\(below)\($0)") }), at: place)
        case .mapping(let pairs):
            var seen: Set<String> = []
            let entries = try pairs.map { key, value in
                guard case .scalar(let scalar) = key else {
                    throw Problem("yaml.invalid", "a key must be a plain text", at: self.place(key.mark, path))
                }
                let keyPlace = self.place(key.mark, below + scalar.string)
                guard seen.insert(scalar.string).inserted else {
                    throw Problem("yaml.duplicate_key", "this key stands twice", at: keyPlace)
                }
                return YAMLNode.Entry(
                    name: scalar.string, place: keyPlace, node: try self.node(value, path: below + scalar.string))
            }
            return YAMLNode(.mapping(entries), at: place)
        case .alias: throw Problem("yaml.invalid", "an alias names nothing", at: place)
        }
    }

    private static func content(of scalar: Node.Scalar) -> YAMLNode.Content {
        let text = scalar.string
        guard scalar.style == .plain else { return .text(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        default: break
        }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard digits.utf8.first.map({ (48...57).contains($0) }) == true,
            !(digits.hasPrefix("0") && digits.utf8.dropFirst().first.map { (48...57).contains($0) } == true),
            let number = try? JSONValue(parsing: text)
        else { return .text(text) }
        return switch number {
        case .integer(let integer): .integer(integer, text)
        case .decimal: .decimal(text)
        default: .text(text)
        }
    }

    private func place(_ mark: Mark?, _ path: String) -> Problem.Place {
        Problem.Place(file: file, line: mark?.line, column: mark?.column, path: path.isEmpty ? nil : path)
    }

    func problem(_ error: YamlError) -> Problem {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            Problem("yaml.invalid", "this is not YAML: \(problem)", at: place(mark, ""))
        case .duplicatedKeysInMapping(let names, let context):
            Problem(
                "yaml.duplicate_key", "\(names.map { "\"\($0)\"" }.joined(separator: ", ")) stands twice in one mapping",
                at: place(context.mark, ""))
        default: Problem("yaml.invalid", "this is not YAML: \(error)", at: place(nil, ""))
        }
    }
}
