import AWSProtocol
import EmulatorClock
package import EmulatorDatabase
import GRDB

extension MappingService {
    /// The table of this service; only ever added to.
    package static let schema: [SchemaVersion] = [
        SchemaVersion(
            "event-source-mappings-1",
            """
            CREATE TABLE event_source_mapping (
                uuid TEXT PRIMARY KEY,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                event_source_arn TEXT NOT NULL,
                function_arn TEXT NOT NULL,
                enabled INTEGER NOT NULL,
                settings TEXT NOT NULL,
                tags TEXT NOT NULL,
                modified_at_ms INTEGER NOT NULL,
                UNIQUE (event_source_arn, function_arn)
            ) STRICT;
            """)
    ]
}

/// The SQL of mappings, within one transaction.
struct MappingStore {
    let db: Database

    func all() throws -> [EventSourceMapping] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT uuid, account, region, event_source_arn, function_arn, enabled, settings, tags, modified_at_ms
                FROM event_source_mapping ORDER BY uuid
                """
        ).map(Self.mapping)
    }

    func save(_ mapping: EventSourceMapping) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO event_source_mapping
                    (uuid, account, region, event_source_arn, function_arn, enabled, settings, tags, modified_at_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                mapping.id, mapping.account, mapping.region, mapping.eventSourceARN, mapping.functionARN,
                mapping.isEnabled, JSONValue.object(mapping.settings.json).text,
                JSONValue.object(
                    JSONObject(mapping.tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
                )
                .text,
                mapping.lastModified.milliseconds,
            ])
    }

    func delete(_ id: String) throws {
        try db.execute(sql: "DELETE FROM event_source_mapping WHERE uuid = ?", arguments: [id])
    }

    private static func mapping(_ row: Row) throws -> EventSourceMapping {
        EventSourceMapping(
            id: row[0], account: row[1], region: row[2], eventSourceARN: row[3], functionARN: row[4],
            isEnabled: row[5], settings: MappingSettings(json: try JSONValue(parsing: row[6] as String)),
            tags: try tags(row[7]), lastModified: Timestamp(milliseconds: row[8]))
    }

    private static func tags(_ text: String) throws -> [String: String] {
        let members = try JSONValue(parsing: text).object?.members ?? []
        return Dictionary(members.map { ($0.name, $0.value.string ?? "") }, uniquingKeysWith: { $1 })
    }
}

extension MappingSettings {
    /// The settings under their names on the wire.
    var json: JSONObject {
        var members: JSONObject = [
            "BatchSize": .integer(batchSize),
            "MaximumBatchingWindowInSeconds": .integer(maximumBatchingWindow.milliseconds / 1000),
            "FunctionResponseTypes": reportsBatchItemFailures ? ["ReportBatchItemFailures"] : [],
        ]
        if let maximumConcurrency {
            members.append("ScalingConfig", ["MaximumConcurrency": .integer(maximumConcurrency)])
        }
        if let provisionedPollers {
            members.append(
                "ProvisionedPollerConfig",
                [
                    "MinimumPollers": .integer(provisionedPollers.minimum),
                    "MaximumPollers": .integer(provisionedPollers.maximum),
                ])
        }
        if !filters.isEmpty {
            members.append("FilterCriteria", ["Filters": .array(filters.map { ["Pattern": .string($0)] })])
        }
        if !metrics.isEmpty { members.append("MetricsConfig", ["Metrics": .array(metrics.map { .string($0) })]) }
        return members
    }

    /// Reads what `json` wrote.
    init(json: JSONValue) {
        batchSize = json["BatchSize"]?.integer ?? 10
        maximumBatchingWindow = .seconds(json["MaximumBatchingWindowInSeconds"]?.integer ?? 0)
        maximumConcurrency = json["ScalingConfig"]?["MaximumConcurrency"]?.integer
        provisionedPollers = json["ProvisionedPollerConfig"].map { pollers in
            let standard = ProvisionedPollers()
            return ProvisionedPollers(
                minimum: pollers["MinimumPollers"]?.integer ?? standard.minimum,
                maximum: pollers["MaximumPollers"]?.integer ?? standard.maximum)
        }
        reportsBatchItemFailures = !(json["FunctionResponseTypes"]?.array ?? []).isEmpty
        filters = (json["FilterCriteria"]?["Filters"]?.array ?? []).compactMap { $0["Pattern"]?.string }
        metrics = (json["MetricsConfig"]?["Metrics"]?.array ?? []).compactMap(\.string)
    }
}
