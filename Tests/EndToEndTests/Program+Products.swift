import Foundation
import TestSupport

extension Program {
    /// Runs one of the products as a stranger would, who has no Twitch credentials.
    static func product(_ name: String, _ arguments: [String]) async throws -> Outcome {
        try await run(
            products.appending(path: name).path, arguments,
            environment: ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TWITCH_") })
    }
}
