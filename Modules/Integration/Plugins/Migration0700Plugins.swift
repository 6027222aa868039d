public import RapportStorage

extension Migration {
    /// The small store that each plugin instance has.
    public static let plugins = Migration(
        "0700-plugins",
        [
            """
            CREATE TABLE plugin_state (
                instance TEXT NOT NULL,
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (instance, name)
            ) STRICT, WITHOUT ROWID
            """
        ])

    /// Callbacks that were accepted and not yet made into events. What is done is deleted: its events stand on the log.
    public static let callbacks = Migration(
        "0710-callbacks",
        [
            // state: 0 waiting, 1 given up. due_at: when it may be tried; whoever tries it moves it on first.
            """
            CREATE TABLE callbacks (
                id IDENTITY,
                instance TEXT NOT NULL,
                path TEXT NOT NULL,
                method TEXT NOT NULL,
                query TEXT NOT NULL,
                headers TEXT NOT NULL,
                body BYTES NOT NULL,
                received_at BIGINT NOT NULL,
                state BIGINT NOT NULL,
                attempts BIGINT NOT NULL,
                due_at BIGINT NOT NULL,
                reason TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX callbacks_due ON callbacks (state, due_at, id)",
        ])

    /// What the systems behind plugins have to be told: opt-outs and erasures.
    public static let duties = Migration(
        "0720-duties",
        [
            // state: 0 waiting, 1 done, 2 nothing there to tell. addresses: whom it concerns, as JSON; emptied once it is settled,
            // for somebody erased is not to be known here. due_at: when it may be tried; whoever tries it moves it on first.
            """
            CREATE TABLE plugin_duties (
                id IDENTITY,
                instance TEXT NOT NULL,
                duty TEXT NOT NULL,
                person TEXT NOT NULL,
                topic TEXT NOT NULL,
                addresses TEXT NOT NULL,
                at BIGINT NOT NULL,
                state BIGINT NOT NULL,
                attempts BIGINT NOT NULL,
                due_at BIGINT NOT NULL,
                settled_at BIGINT NOT NULL,
                reason TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX plugin_duties_due ON plugin_duties (state, due_at, id)",
            "CREATE INDEX plugin_duties_of ON plugin_duties (person, id)",
        ])
}
