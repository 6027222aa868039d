import Foundation
import Hummingbird

extension Parameters {
    /// A part of the path as its author meant it: clients write `@`, `+` and `:` of an identifier as they are or as `%40`, `%2B`, `%3A`
    /// (RFC 3986, section 2.1).
    func decoded(_ name: String) throws -> String {
        let part = try require(name)
        return part.removingPercentEncoding ?? part
    }
}
