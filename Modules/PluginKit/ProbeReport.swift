/// What `probe` found.
public struct ProbeReport: Sendable, Hashable {
    public var findings: [String]
    public init(findings: [String] = []) { self.findings = findings }
}
