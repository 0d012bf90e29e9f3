package import AWSProtocol
package import EmulatorClock
import EmulatorDatabase

/// A metric filter as it was put. It is kept and shown, and counts nothing: the emulator has no CloudWatch metrics.
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricFilter.html
package struct MetricFilter: Sendable, Equatable {
    package var group: LogGroupID
    package var name: String
    package var pattern: String
    /// `metricTransformations`, as given.
    package var transformations: JSONValue
    package var created: Timestamp
}

extension LogsService {
    func put(_ filter: MetricFilter) async throws {
        _ = try FilterPattern(filter.pattern)
        try await database.write { db in
            let store = LogsStore(db)
            try store.save(filter, group: store.existing(filter.group).key)
        }
    }

    /// - Throws: `LogsError.groupNotFound`, `.metricFilterNotFound`
    func deleteMetricFilter(_ name: String, of group: LogGroupID) async throws {
        try await database.write { db in
            let store = LogsStore(db)
            guard try store.deleteMetricFilter(name, group: store.existing(group).key) else {
                throw LogsError.metricFilterNotFound
            }
        }
    }

    /// The filters of a group, or of all groups of an account and region, by group and name.
    func metricFilters(of group: String?, account: String, region: String) async throws -> [MetricFilter] {
        try await database.read { db in
            let store = LogsStore(db)
            if let group { _ = try store.existing(LogGroupID(account: account, region: region, name: group)) }
            return try store.metricFilters(account: account, region: region).filter {
                group == nil || $0.group.name == group
            }
        }
    }
}
