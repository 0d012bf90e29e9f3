package import EmulatorDatabase

extension SQSService {
    /// The tables of this service; only ever added to.
    ///
    /// A queue's messages lie on its shelf. A purge gives the queue an empty one, and a deletion takes it away; either way
    /// the full one is cleared bit by bit afterwards, so that neither holds up other queues.
    ///
    /// A receive goes by the first index alone: it holds what is due in the order of its due time. Its third column
    /// tells delayed messages from those in flight without a look at the table. The indexes of groups hold only messages
    /// that name one: of FIFO queues, whose messages all have a deduplication id, and of standard queues, whose have none.
    package static let schema: [SchemaVersion] = [
        SchemaVersion(
            "sqs-1",
            """
            CREATE TABLE sqs_shelf (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                abandoned INTEGER NOT NULL DEFAULT 0
            ) STRICT;

            CREATE TABLE sqs_queue (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                shelf INTEGER NOT NULL UNIQUE,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                attributes TEXT NOT NULL,
                tags TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                modified_at_ms INTEGER NOT NULL,
                purged_at_ms INTEGER,
                message_count INTEGER NOT NULL DEFAULT 0,
                UNIQUE (account, region, name)
            ) STRICT;

            CREATE TABLE sqs_deleted_queue (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                deleted_at_ms INTEGER NOT NULL,
                PRIMARY KEY (account, region, name)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE sqs_message (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                shelf INTEGER NOT NULL,
                visible_at_ms INTEGER NOT NULL,
                receive_count INTEGER NOT NULL DEFAULT 0,
                earlier_receives INTEGER NOT NULL DEFAULT 0,
                sent_at_ms INTEGER NOT NULL,
                first_received_at_ms INTEGER,
                message_id TEXT NOT NULL,
                sender TEXT NOT NULL,
                group_id TEXT,
                deduplication_id TEXT,
                trace_header TEXT,
                source_arn TEXT,
                later_receives TEXT,
                last_error TEXT,
                attributes TEXT,
                body TEXT NOT NULL
            ) STRICT;
            CREATE INDEX sqs_message_by_visibility ON sqs_message (shelf, visible_at_ms, receive_count);
            CREATE INDEX sqs_message_by_age ON sqs_message (shelf, sent_at_ms);
            CREATE INDEX sqs_message_by_group ON sqs_message (shelf, group_id)
                WHERE group_id IS NOT NULL AND deduplication_id IS NOT NULL;
            CREATE INDEX sqs_message_by_share ON sqs_message (shelf, group_id, visible_at_ms)
                WHERE group_id IS NOT NULL AND deduplication_id IS NULL;

            CREATE TRIGGER sqs_message_sent AFTER INSERT ON sqs_message BEGIN
                UPDATE sqs_queue SET message_count = message_count + 1 WHERE shelf = NEW.shelf;
            END;
            CREATE TRIGGER sqs_message_gone AFTER DELETE ON sqs_message BEGIN
                UPDATE sqs_queue SET message_count = message_count - 1 WHERE shelf = OLD.shelf;
            END;
            CREATE TRIGGER sqs_message_moved AFTER UPDATE OF shelf ON sqs_message BEGIN
                UPDATE sqs_queue SET message_count = message_count - 1 WHERE shelf = OLD.shelf;
                UPDATE sqs_queue SET message_count = message_count + 1 WHERE shelf = NEW.shelf;
            END;

            CREATE TABLE sqs_group (
                shelf INTEGER NOT NULL,
                group_id TEXT NOT NULL,
                head INTEGER NOT NULL,
                head_visible_at_ms INTEGER NOT NULL,
                PRIMARY KEY (shelf, group_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX sqs_group_by_turn ON sqs_group (shelf, head_visible_at_ms, head);

            CREATE TABLE sqs_deduplication (
                shelf INTEGER NOT NULL,
                scope TEXT NOT NULL,
                deduplication_id TEXT NOT NULL,
                message_id TEXT NOT NULL,
                message INTEGER NOT NULL,
                expires_at_ms INTEGER NOT NULL,
                PRIMARY KEY (shelf, scope, deduplication_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX sqs_deduplication_by_expiry ON sqs_deduplication (shelf, expires_at_ms);

            CREATE TABLE sqs_fair_share (
                shelf INTEGER NOT NULL,
                group_id TEXT NOT NULL,
                served_at_ms INTEGER NOT NULL,
                PRIMARY KEY (shelf, group_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX sqs_fair_share_by_turn ON sqs_fair_share (shelf, served_at_ms);

            CREATE TABLE sqs_receive_attempt (
                shelf INTEGER NOT NULL,
                attempt_id TEXT NOT NULL,
                handles TEXT NOT NULL,
                expires_at_ms INTEGER NOT NULL,
                PRIMARY KEY (shelf, attempt_id)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE sqs_move_task (
                number INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                source_arn TEXT NOT NULL,
                destination_arn TEXT,
                messages_per_second INTEGER,
                started_at_ms INTEGER NOT NULL,
                status TEXT NOT NULL,
                moved INTEGER NOT NULL,
                to_move INTEGER NOT NULL,
                failure_reason TEXT
            ) STRICT;
            CREATE INDEX sqs_move_task_by_source ON sqs_move_task (source_arn, number);
            """),
        // The counts are kept by the code, a statement a request: a trigger is one a message, and makes SQLite copy every page
        // it touches.
        SchemaVersion(
            "sqs-2",
            """
            DROP TRIGGER sqs_message_sent;
            DROP TRIGGER sqs_message_gone;
            DROP TRIGGER sqs_message_moved;
            """),
    ]
}
