import AWSClient
import LambdaRuntime
import Twitch

/// The names by which a state machine tells trouble that passes, and is worth another attempt, from trouble that stays.
extension TwitchError: LambdaError {
    package var errorType: String {
        switch self {
        case .credentialsRefused: "Twitch.CredentialsRefused"
        case .tokenRefused: "Twitch.TokenRefused"
        case .requestRefused: "Twitch.RequestRefused"
        case .rateLimited: "Twitch.RateLimited"
        case .serverFailed: "Twitch.ServerFailed"
        case .unreadableAnswer: "Twitch.UnreadableAnswer"
        case .noAnswer: "Twitch.NoAnswer"
        case .deadlineReached: "Twitch.DeadlineReached"
        }
    }

    package var errorMessage: String { description }
}

extension AWSError: LambdaError {
    /// AWS's own code, such as `AWS.ThrottlingException`.
    package var errorType: String { "AWS.\(code)" }

    package var errorMessage: String { description }
}
