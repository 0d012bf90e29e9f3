/// What AWS allows, and how long the emulator waits in real time.
/// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
package struct LambdaLimits: Sendable {
    /// Largest event and largest answer of a synchronous invocation, in bytes: 6 MiB and a little for the envelope.
    package var payload = 6_291_556
    /// Largest answer that is streamed, in bytes.
    package var streamedPayload = 20_971_520
    /// Largest event of an asynchronous invocation, in bytes.
    package var asyncPayload = 1_048_576
    /// Largest zip in a request, in bytes.
    package var zipped = 52_428_800
    /// Largest sum of a zip's unpacked files, in bytes.
    package var unzipped = 262_144_000
    package var zipEntries = 100_000
    /// Bytes of all environment variables, as JSON.
    package var environmentVariables = 4096
    /// Invocations in flight over all functions of an account and region.
    package var concurrency = 1000
    /// What reserving concurrency must leave to the functions without.
    package var unreservedConcurrency = 100
    package var functionTimeout: ClosedRange<Int> = 1...900
    package var memorySize: ClosedRange<Int> = 128...10_240
    package var ephemeralStorage: ClosedRange<Int> = 512...10_240
    package var tags = 50
    package var retryAttempts: ClosedRange<Int> = 0...2
    /// Seconds that an asynchronous event may wait and be retried.
    package var eventAge: ClosedRange<Int> = 60...21_600
    /// Bytes of log that `LogType=Tail` answers with.
    package var logTail = 4096

    /// The first init's limit.
    package var initialization: Duration = .seconds(10)
    /// Between SIGTERM and SIGKILL.
    package var shutdownGrace: Duration = .milliseconds(500)
    /// How long an environment may idle before it is shut down.
    package var idleLifetime: Duration = .seconds(300)
    /// How long an invocation waits for an environment that has answered and is about to ask for its next event, before
    /// it gets a new one.
    package var handover: Duration = .milliseconds(20)
    /// How long an exited process's connections may stay open (a stray grandchild may hold them).
    package var connectionDrain: Duration = .milliseconds(200)

    package static let aws = LambdaLimits()

    package init() {}
}
