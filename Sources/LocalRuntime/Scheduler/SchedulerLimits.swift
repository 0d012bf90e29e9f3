import EmulatorClock

/// What EventBridge Scheduler lets through.
/// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Types.html
package struct SchedulerLimits: Sendable {
    var name = 1...64
    var expression = 1...256
    var description = 0...512
    var windowMinutes = 1...1440
    var eventAgeSeconds = 60...86_400
    var retryAttempts = 0...185
    var page = 1...100
    var tags = 200
    /// Bytes of a target's input.
    var input = 256 * 1024
    /// How far back a start may lie.
    var startGrace: Duration = .seconds(300)
    /// An occurrence is fired within its minute; after a restart, one whose minute is over is not caught up with.
    var precision: Duration = .seconds(60)

    package static let aws = SchedulerLimits()
}
