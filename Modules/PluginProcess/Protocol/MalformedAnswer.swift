/// A message of the protocol with something missing or wrong in it: the child's fault.
struct MalformedAnswer: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
