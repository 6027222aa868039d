public import RapportCore
public import RapportTabular

extension RowOddities {
    /// What to say of a file's rows: how many were odd in which way, and on which lines.
    public func remarks(of path: String) -> [Remark] {
        kinds.map { kind in
            let lines = kind.lines.map(String.init).joined(separator: ", ") + (kind.rows > kind.lines.count ? ", …" : "")
            return Remark("cli.analysis.odd.\(kind.name)", ["file": path, "lines": lines], count: kind.rows)
        }
    }
}
