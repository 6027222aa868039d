import RapportCore

extension Problem {
    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("code", .string(code)), .init("reason", .string(reason))]
        if let remedy { members.append(.init("remedy", .string(remedy))) }
        if let place {
            var parts: [JSONValue.Member] = []
            if let file = place.file { parts.append(.init("file", .string(file))) }
            if let line = place.line { parts.append(.init("line", .integer(Int64(line)))) }
            if let column = place.column { parts.append(.init("column", .integer(Int64(column)))) }
            if let path = place.path { parts.append(.init("path", .string(path))) }
            members.append(.init("place", .object(parts)))
        }
        return .object(members)
    }
}
