public import RapportStorage

extension Migration {
    /// Acts, the messages they make, proofs and clicks.
    public static let delivery = Migration(
        "0200-delivery",
        [
            // What makes messages: a campaign's run, a reply. It carries all that its messages share, so that a message is a
            // handful of integers. state: 0 running, 1 paused, 2 stopped, 3 done. class: 0 marketing, 1 service, 2 security,
            // 3 notice.
            """
            CREATE TABLE acts (
                id IDENTITY,
                kind TEXT NOT NULL,
                reference BIGINT NOT NULL,
                name TEXT NOT NULL,
                brand TEXT NOT NULL,
                topic TEXT NOT NULL,
                class BIGINT NOT NULL,
                channel TEXT NOT NULL,
                template TEXT NOT NULL,
                template_version BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                state BIGINT NOT NULL,
                made_at BIGINT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX acts_running ON acts (state, class, id) WHERE state < 2",
            // One message to one person for one act. person is whom it was made for and never changes; partition follows a
            // merge. address is a hash of where it goes. state: 0 queued, 1 held, 2 claimed, 3 handing over, 4 sent, 5 failed,
            // 6 in doubt, 7 dropped. at: not before while it waits, then when it came to its state. epoch: of the sender that
            // has it in hand, else 0. reason: why it failed or was dropped.
            """
            CREATE TABLE messages (
                person BIGINT NOT NULL,
                act BIGINT NOT NULL,
                partition BIGINT NOT NULL,
                address BIGINT NOT NULL,
                state BIGINT NOT NULL,
                at BIGINT NOT NULL,
                attempts BIGINT NOT NULL,
                epoch BIGINT NOT NULL,
                reason BIGINT NOT NULL,
                PRIMARY KEY (person, act)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE UNIQUE INDEX messages_by_address ON messages (act, address)",
            "CREATE INDEX messages_waiting ON messages (act, partition, at, person) WHERE state < 2",
            "CREATE INDEX messages_in_hand ON messages (partition, person, act) WHERE epoch > 0",
            // What a provider calls a message, where it has a name of its own for it.
            """
            CREATE TABLE provider_ids (
                channel TEXT NOT NULL,
                provider_id TEXT NOT NULL,
                person BIGINT NOT NULL,
                act BIGINT NOT NULL,
                PRIMARY KEY (channel, provider_id)
            ) STRICT, WITHOUT ROWID
            """,
            // How many messages of an act came to what, kept per partition and summed on reading.
            """
            CREATE TABLE act_counts (
                act BIGINT NOT NULL,
                partition BIGINT NOT NULL,
                outcome TEXT NOT NULL,
                count BIGINT NOT NULL,
                PRIMARY KEY (act, outcome, partition)
            ) STRICT, WITHOUT ROWID
            """,
            // Copies for colleagues: seed lists and tests. In no figure, in no person's history.
            """
            CREATE TABLE proofs (
                id IDENTITY,
                act BIGINT NOT NULL,
                address TEXT NOT NULL,
                test BIGINT NOT NULL,
                state BIGINT NOT NULL,
                at BIGINT NOT NULL,
                epoch BIGINT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX proofs_waiting ON proofs (state, id) WHERE state < 4",
            // Links followed and not yet judged: a scanner gives itself away by what it does in the next moments.
            """
            CREATE TABLE clicks (
                id IDENTITY,
                partition BIGINT NOT NULL,
                person BIGINT NOT NULL,
                act BIGINT NOT NULL,
                at BIGINT NOT NULL,
                url TEXT NOT NULL,
                judged TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX clicks_by_message ON clicks (partition, person, act, id)",
        ])
}
