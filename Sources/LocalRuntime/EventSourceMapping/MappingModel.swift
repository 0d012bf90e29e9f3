package import EmulatorClock

/// A queue tied to a function: its messages become the function's events.
/// https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
package struct EventSourceMapping: Sendable, Identifiable {
    /// The UUID.
    package let id: String
    package let account: String
    package let region: String
    package let eventSourceARN: String
    package internal(set) var functionARN: String
    package internal(set) var isEnabled: Bool
    package internal(set) var settings: MappingSettings
    package internal(set) var tags: [String: String]
    package internal(set) var lastModified: Timestamp

    package var arn: String { "arn:aws:lambda:\(region):\(account):event-source-mapping:\(id)" }
}

/// What can be changed of a mapping.
package struct MappingSettings: Sendable, Equatable {
    package var batchSize = 10
    package var maximumBatchingWindow: Duration = .zero
    /// How many batches may be handled at once; nil leaves it to the emulator.
    package var maximumConcurrency: Int?
    /// Set in provisioned mode; nil scales on demand.
    package var provisionedPollers: ProvisionedPollers?
    package var reportsBatchItemFailures = false
    /// Filter patterns, JSON texts as they were given. A message that matches none is deleted unseen.
    package var filters: [String] = []
    /// Kinds of metrics that CloudWatch is to have (`EventCount`); the emulator counts always.
    package var metrics: [String] = []
}

/// The event pollers of provisioned mode, each good for ten batches at once.
/// https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html
package struct ProvisionedPollers: Sendable, Equatable {
    package var minimum = 2
    package var maximum = 200
}

/// What a mapping is doing, in AWS's words. The transitions of AWS take seconds; here they are over when the answer that
/// names them is sent.
package enum MappingState: String, Sendable {
    case creating = "Creating"
    case enabling = "Enabling"
    case enabled = "Enabled"
    case disabling = "Disabling"
    case disabled = "Disabled"
    case updating = "Updating"
    case deleting = "Deleting"
}

/// What a mapping has done since the emulator started, under the names of AWS's metrics.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
package struct MappingMetrics: Sendable, Equatable {
    /// `PolledEventCount`
    package var polled = 0
    /// `FilteredOutEventCount`
    package var filteredOut = 0
    /// `InvokedEventCount`
    package var invoked = 0
    /// `FailedInvokeEventCount`: also what a function names in `batchItemFailures`, or answers for unreadably.
    package var failedInvoke = 0
    /// `DeletedEventCount`
    package var deleted = 0
    /// Invocations that were turned away for too many at once.
    package var throttles = 0

    /// The events of each kind under CloudWatch's name, without those that are zero.
    package var eventCounts: [(name: String, count: Int)] {
        let all = [
            ("PolledEventCount", polled), ("FilteredOutEventCount", filteredOut), ("InvokedEventCount", invoked),
            ("FailedInvokeEventCount", failedInvoke), ("DeletedEventCount", deleted),
        ]
        return all.filter { $0.1 > 0 }.map { (name: $0.0, count: $0.1) }
    }

    static func += (total: inout MappingMetrics, more: MappingMetrics) {
        total.polled += more.polled
        total.filteredOut += more.filteredOut
        total.invoked += more.invoked
        total.failedInvoke += more.failedInvoke
        total.deleted += more.deleted
        total.throttles += more.throttles
    }
}
