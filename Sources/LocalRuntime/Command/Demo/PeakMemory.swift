import Foundation
import Synchronization

/// Peak resident memory in bytes: of this process, and of the functions by the REPORT lines of their logs.
final class PeakMemory: Sendable {
    private let functionBytes = Mutex(0)

    var ofFunctions: Int { functionBytes.withLock { $0 } }

    static var ofThisProcess: Int {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return usage.ru_maxrss * 1024
    }

    /// Reads `Max Memory Used: 23 MB` out of an invocation's log tail (base64).
    func note(logResult: String?) {
        guard let log = logResult.flatMap({ Data(base64Encoded: $0) }),
            let figure = String(decoding: log, as: UTF8.self).firstMatch(of: /Max Memory Used: (\d+) MB/)?.1,
            let megabytes = Int(figure)
        else { return }
        functionBytes.withLock { $0 = max($0, megabytes * 1_048_576) }
    }
}
