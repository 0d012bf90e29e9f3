import AWSProtocol
import CloudWatchLogs
import ControlPlane
import EmulatorClock
import EventSourceMappings
import Lambda
import SQS
import StepFunctions
import Synchronization

/// The queues and functions that subscribe to topics.
struct Subscribers: TopicDelivery {
    let queues: SQSService
    let lambda: LambdaService

    func deliver(_ body: String, to subscription: SNSSubscription, of notification: SNSNotification) async {
        do {
            if subscription.scheme == "sqs" {
                try await queues.deliver(OutgoingMessage(body: body), toQueueARN: subscription.endpoint)
            } else {
                try await lambda.invokeAsync(
                    subscription.endpoint, payload: Array(notification.event(for: subscription).utf8))
            }
        } catch {
            FaultLog.note(error)
        }
    }
}

/// The depths of the queues, as CloudWatch has them.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
struct QueueGauges: GaugeSource {
    let queues: SQSService

    func gauges(at instant: Timestamp) async -> [Gauge] {
        do {
            return try await queues.statistics(at: instant).flatMap { gauges($0.queue, $0.statistics) }
        } catch {
            FaultLog.note(error)
            return []
        }
    }

    private func gauges(_ queue: Queue, _ statistics: QueueStatistics) -> [Gauge] {
        [
            ("ApproximateNumberOfMessagesVisible", Double(statistics.visible)),
            ("ApproximateNumberOfMessagesNotVisible", Double(statistics.inFlight)),
            ("ApproximateNumberOfMessagesDelayed", Double(statistics.delayed)),
            ("ApproximateAgeOfOldestMessage", statistics.oldestAge.map { $0 / .seconds(1) } ?? 0),
        ].map { Gauge(metric($0.0, queue), $0.1) }
    }

    private func metric(_ name: String, _ queue: Queue) -> MetricKey {
        MetricKey(
            account: queue.address.account, region: queue.address.region, namespace: "AWS/SQS", name: name,
            dimensions: [MetricKey.Dimension(name: "QueueName", value: queue.address.name)])
    }
}

/// What functions tell CloudWatch: by running, and in lines of their logs.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
struct FunctionMetrics: Sendable {
    let cloudWatch: CloudWatchService
    let clock: any Timekeeper

    func watch(_ lambda: LambdaService, _ logs: LogsService) {
        let known = KnownFunctions(cloudWatch.metrics)
        lambda.invocations.observe { ended in
            let series = known.series(of: ended.function)
            cloudWatch.metrics.add(
                [
                    (series.invocations, StatisticSet(1)), (series.errors, StatisticSet(ended.isError ? 1 : 0)),
                    (series.duration, StatisticSet(ended.duration / .milliseconds(1))),
                ], at: clock.now)
        }
        logs.readLines { [cloudWatch] line, group in
            cloudWatch.note(logLine: line, account: group.account, region: group.region)
        }
    }

    /// The metrics of functions that have run.
    private final class KnownFunctions: Sendable {
        struct OfOne: Sendable {
            let invocations: MetricStore.Series
            let errors: MetricStore.Series
            let duration: MetricStore.Series

            init(_ function: FunctionID, in metrics: MetricStore) {
                func series(_ name: String) -> MetricStore.Series {
                    metrics.series(
                        MetricKey(
                            account: function.account, region: function.region, namespace: "AWS/Lambda", name: name,
                            dimensions: [MetricKey.Dimension(name: "FunctionName", value: function.name)]))
                }
                (invocations, errors, duration) = (series("Invocations"), series("Errors"), series("Duration"))
            }
        }

        private let metrics: MetricStore
        private let functions = Mutex<[FunctionID: OfOne]>([:])

        init(_ metrics: MetricStore) {
            self.metrics = metrics
        }

        func series(of function: FunctionID) -> OfOne {
            functions.withLock { known in
                if let series = known[function] { return series }
                let series = OfOne(function, in: metrics)
                known[function] = series
                return series
            }
        }
    }
}

/// What event source mappings tell CloudWatch, if they were made with `EventCount` metrics.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
struct MappingCounters: Sendable {
    let cloudWatch: CloudWatchService
    let clock: any Timekeeper

    func watch(_ mappings: MappingService) {
        mappings.observe { mapping, metrics in
            guard mapping.settings.metrics.contains("EventCount") else { return }
            for (name, count) in metrics.eventCounts {
                let metric = MetricKey(
                    account: mapping.account, region: mapping.region, namespace: "AWS/Lambda", name: name,
                    dimensions: [MetricKey.Dimension(name: "EventSourceMappingUUID", value: mapping.id)])
                cloudWatch.metrics.add(StatisticSet(Double(count)), to: metric, at: clock.now)
            }
        }
    }
}

/// What the executions of state machines tell CloudWatch, its logs included.
/// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
struct ExecutionMonitoring: Sendable {
    let cloudWatch: CloudWatchService
    let logs: LogsService
    let clock: any Timekeeper
    let tracer: Tracer

    func watch(_ stepFunctions: StepFunctionsService) {
        stepFunctions.watch.observe(ExecutionWatch.Observers(measure: measure, log: log, end: trace))
    }

    /// An execution is a span whose id its tasks know before it is over.
    private func trace(_ ended: ExecutionWatch.Ended) {
        guard let context = TraceContext(ended.traceHeader) else { return }
        let duration = ended.stoppedAt - ended.startedAt
        tracer.note(
            Span(
                SpanSubject("StepFunctions", "Execution", "\(ended.machine):\(ended.name)"), in: context,
                id: .of(ended.executionARN), began: ended.startedAt, duration: duration,
                order: Span.now - duration.milliseconds * 1000, detail: "duration by the emulator's clock",
                error: ended.error),
            in: context)
    }

    private func measure(_ measure: ExecutionWatch.Measure) {
        let metric = MetricKey(
            account: measure.account, region: measure.region, namespace: "AWS/States", name: measure.metric,
            dimensions: [MetricKey.Dimension(name: "StateMachineArn", value: measure.stateMachineARN)])
        cloudWatch.metrics.add(StatisticSet(measure.value), to: metric, at: clock.now)
    }

    private func log(_ line: ExecutionLog.Line) {
        let group = LogGroupID(account: line.account, region: line.region, name: line.group)
        logs.append(line.text, to: line.stream, of: group, at: line.instant)
    }
}
