package import EmulatorDatabase

extension SchedulerService {
    /// The tables of this service; only ever added to.
    package static let schema: [SchemaVersion] = [
        SchemaVersion(
            "scheduler-1",
            """
            CREATE TABLE schedule_group (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                modified_at_ms INTEGER NOT NULL,
                tags TEXT NOT NULL,
                client_token TEXT,
                PRIMARY KEY (account, region, name)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE schedule (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                group_name TEXT NOT NULL,
                name TEXT NOT NULL,
                definition TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                modified_at_ms INTEGER NOT NULL,
                anchor_ms INTEGER NOT NULL,
                last_ms INTEGER,
                next_ms INTEGER,
                fires_at_ms INTEGER,
                client_token TEXT,
                PRIMARY KEY (account, region, group_name, name),
                FOREIGN KEY (account, region, group_name) REFERENCES schedule_group (account, region, name)
                    ON DELETE CASCADE
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX schedule_by_firing ON schedule (fires_at_ms) WHERE fires_at_ms IS NOT NULL;

            CREATE TABLE schedule_invocation (
                execution_id TEXT PRIMARY KEY,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                group_name TEXT NOT NULL,
                name TEXT NOT NULL,
                target TEXT NOT NULL,
                scheduled_at_ms INTEGER NOT NULL,
                fired_at_ms INTEGER NOT NULL,
                attempts INTEGER NOT NULL,
                due_at_ms INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX schedule_invocation_by_due ON schedule_invocation (due_at_ms);
            """)
    ]
}
