import Foundation
public import RapportCore

extension OutboxChannel {
    /// Takes the files of messages to the addresses away.
    ///
    /// - Returns: whether there were any.
    public func erase(_ addresses: [Identifier]) async throws -> Bool {
        let wanted = Set(addresses.map { $0.value.lowercased() })
        var found = false
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = "\(folder)/\(name)"
            guard name.hasSuffix(".eml") || name.hasSuffix(".json"), let data = FileManager.default.contents(atPath: path),
                Self.addressees(of: data, isMail: name.hasSuffix(".eml")).contains(where: Self.names(wanted))
            else { continue }
            try FileManager.default.removeItem(atPath: path)
            found = true
        }
        return found
    }

    private static func names(_ addresses: Set<String>) -> (String) -> Bool {
        { line in
            line.split(whereSeparator: { " \t<>,;:".contains($0) }).contains { addresses.contains(String($0)) }
        }
    }

    /// Whom a file is to, in lower case: the To field of a mail, with its folded lines (RFC 5322, section 2.2.3).
    private static func addressees(of data: Data, isMail: Bool) -> [String] {
        guard isMail else {
            return ((try? JSONValue(parsing: [UInt8](data)))?["to"]?.string).map { [$0.lowercased()] } ?? []
        }
        var out: [String] = []
        var isAddressee = false
        for line in String(decoding: data.prefix(65_536), as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        {
            if line.isEmpty { break }
            if line.first != " ", line.first != "\t" { isAddressee = line.lowercased().hasPrefix("to:") }
            if isAddressee { out.append(line.lowercased()) }
        }
        return out
    }
}
