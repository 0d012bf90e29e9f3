import AWSClient
import FoundationEssentials
package import HTTPTransport
import Lake
package import LambdaRuntime
package import Twitch

/// The clients of one process, over one transport. Nothing is sent before the first call.
package struct Services: Sendable {
    let s3: S3Client
    let dynamoDB: DynamoDBClient
    let ssm: SSMClient
    let secretsManager: SecretsManagerClient
    /// Tries each request once: `QueueSender` repeats, because it counts.
    let sqs: SQSClient
    let http: any HTTPClient
    let time: TimeAndChance
    /// For what is said before the first invocation.
    let logger: LambdaLogger

    /// Reads region, credentials and endpoints as every AWS SDK does.
    package init(
        environment: [String: String], http: any HTTPClient, time: TimeAndChance, logger: LambdaLogger
    ) throws {
        let configuration = try AWSConfiguration(environment: environment)
        let calls = CallTime(
            now: { Date(timeIntervalSince1970: time.now() / .seconds(1)) }, sleep: time.sleep, random: time.random)
        let session = AWSSession(configuration, http: http, time: calls)
        var once = RetryPolicy.standard
        once.tries = 1
        s3 = S3Client(session)
        dynamoDB = DynamoDBClient(session)
        ssm = SSMClient(session)
        secretsManager = SecretsManagerClient(session)
        sqs = SQSClient(AWSSession(configuration, http: http, retry: once, time: calls))
        self.http = http
        self.time = time
        self.logger = logger
    }

    /// Truncated to whole milliseconds, as every instant that the pipeline stores.
    var now: @Sendable () -> Instant {
        { [time] in
            let (seconds, attoseconds) = time.now().components
            return Instant(milliseconds: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        }
    }
}

extension LambdaContext {
    /// When calls must have ended, so that there is time to answer; nil without a deadline.
    var callDeadline: Date? {
        deadline?.addingTimeInterval(-(answerTime / .seconds(1)))
    }

    /// The end of the time that is left now, set aside to answer: a tenth, at most two seconds.
    var answerTime: Duration {
        min(.seconds(2), (remainingTime ?? .zero) * 0.1)
    }

    /// When the last page may be asked for, so that there is time to store what came; the far future without a deadline.
    var pullDeadline: Duration {
        guard let deadline, let remainingTime else { return .seconds(Int64(Int32.max) * 100) }
        return .seconds(deadline.timeIntervalSince1970 - min(20, 0.25 * (remainingTime / .seconds(1))))
    }
}
