extension KindDefinition {
    /// Kinds of what Rapport itself did, and of the ledger of permission, which has records of its own: nobody outside tells them as
    /// plain events.
    public static let own: Set<String> = [
        "person.merged", "person.unmerged", "person.erased", "segment.entered", "segment.left", "lifecycle.changed",
        "import.started", "import.finished", "definition.applied", "message.unanswered", "address.suppressed",
        "address.released", "objection.made", "objection.lifted", "permission.pending", "permission.granted",
        "permission.confirmed", "permission.withdrawn", "processing.restricted", "processing.released",
    ]
}
