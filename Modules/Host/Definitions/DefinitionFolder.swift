import Foundation
import RapportCore
import RapportPluginKit
public import RapportStorage

/// A folder of YAML files with definitions: each file has sections (`segments:`, `topics:`) of definitions by name.
///
/// Files of other kinds may lie beside them: rapport.yaml, locale files and files without any known section are passed over.
public struct DefinitionFolder: Sendable {
    public let drafts: [DefinitionDraft]
    /// Files that were read.
    public let files: [String]
    /// YAML files without any definition.
    public let skipped: [String]

    /// Reads a folder with its subfolders, in the order of their names, or one file.
    ///
    /// - Throws: `Problem` or `Problems` for files that are no YAML or whose sections are misspelled, and where nothing is defined.
    public init(_ path: String, handlers: [any DefinitionHandler]) throws {
        let sections = Dictionary(handlers.map { ($0.section, $0.kind) }) { first, _ in first }
        var drafts: [DefinitionDraft] = []
        var files: [String] = []
        var skipped: [String] = []
        var problems: [Problem] = []
        for file in try Self.yamlFiles(path) {
            let node = try YAMLNode(file: file)
            guard case .mapping(let entries) = node.content else {
                skipped.append(file)
                continue
            }
            let names = Array(sections.keys)
            guard entries.contains(where: { sections[$0.name] != nil || Spelling.nearest(to: $0.name, in: names) != nil }) else {
                skipped.append(file)
                continue
            }
            files.append(file)
            problems += node.unknownKeys(allowed: names.sorted())
            for entry in entries {
                guard let kind = sections[entry.name] else { continue }
                do {
                    drafts += try entry.node.mapping().map { definition in
                        let body = definition.node
                        return DefinitionDraft(kind: kind, name: definition.name, body: body.json) { path in
                            path.isEmpty ? body.place : body.node(at: path)?.place ?? body.place
                        }
                    }
                } catch let problem as Problem {
                    problems.append(problem)
                }
            }
        }
        try Problems.check(problems)
        guard !files.isEmpty else {
            throw Problem(
                "definitions.none", "no definitions are in \(path)",
                remedy: "A file of them is YAML with sections such as segments:, topics: and templates:")
        }
        self.drafts = drafts
        self.files = files
        self.skipped = skipped
    }

    private static func yamlFiles(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Problem("definitions.not_found", "there is no \(path)")
        }
        guard isFolder.boolValue else { return [path] }
        let names = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
        return names.filter { name in
            let parts = name.split(separator: "/")
            guard let last = parts.last, !parts.contains(where: { $0.hasPrefix(".") }) else { return false }
            return (last.hasSuffix(".yaml") || last.hasSuffix(".yml")) && last != "rapport.yaml" && !parts.contains("locales")
        }.map { "\(path)/\($0)" }
    }
}
