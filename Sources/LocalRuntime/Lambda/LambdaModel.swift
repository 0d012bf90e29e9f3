package import EmulatorClock

/// A function as it is kept: its versions, and what is said of it apart from them.
package struct Function: Sendable, Equatable {
    package var id: FunctionID
    /// `$LATEST`, the one version that can be changed.
    package var latest: FunctionVersion
    /// What was published and not deleted, by number.
    package var published: [Int: FunctionVersion] = [:]
    /// The highest number ever given; numbers are not used twice.
    package var lastPublished = 0
    package var aliases: [String: Alias] = [:]
    /// By qualifier, `$LATEST` for none: AWS keeps the settings of an alias apart from those of its version.
    package var eventInvokeConfigs: [String: EventInvokeConfig] = [:]
    /// By qualifier, `$LATEST` for none.
    package var policies: [String: [PermissionStatement]] = [:]
    package var reservedConcurrency: Int?
    package var tags: [String: String] = [:]
    /// Whether AWS would stop a function that calls itself in a loop.
    package var recursiveLoop = RecursiveLoop.terminate

    package enum RecursiveLoop: String, Sendable, Codable, CaseIterable {
        case allow = "Allow"
        case terminate = "Terminate"
    }
}

/// Code and configuration that run together.
package struct FunctionVersion: Sendable, Equatable {
    package var version: Version
    package var configuration: FunctionConfiguration
    package var code: FunctionCode
    /// A new one with every change; AWS's `RevisionId`.
    package var revision: String
    package var lastModified: Timestamp
}

/// What a caller may set, with AWS's defaults.
/// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
package struct FunctionConfiguration: Sendable, Equatable, Codable {
    package enum Runtime: String, Sendable, Codable, CaseIterable {
        case providedAL2023 = "provided.al2023"
        case providedAL2 = "provided.al2"
    }

    package var runtime: Runtime
    package var role: String
    package var handler: String
    package var description = ""
    /// In seconds.
    package var timeout = 3
    /// In MB.
    package var memorySize = 128
    /// nil when none was ever given, which AWS answers otherwise than an empty one.
    package var environment: [String: String]?
    package var architectures = ["x86_64"]
    /// Size of `/tmp` in MB.
    package var ephemeralStorage = 512
    /// `PassThrough` or `Active`.
    package var tracingMode = "PassThrough"
    package var logGroup: String
    /// nil for AWS's own standard: text, everything.
    package var logging: FunctionLogging?
    /// The ARN of the queue that gets the events on which the function fails for good.
    package var deadLetterTarget: String?

    package init(
        runtime: Runtime = .providedAL2023, role: String = "arn:aws:iam::000000000000:role/rivulet-local",
        handler: String, logGroup: String
    ) {
        self.runtime = runtime
        self.role = role
        self.handler = handler
        self.logGroup = logGroup
    }
}

/// Where a function's code lies, and its fingerprint.
package struct FunctionCode: Sendable, Equatable {
    package enum Place: Sendable, Equatable {
        /// Unpacked under the state folder, in a folder named by its digest.
        case unpacked(digest: String)
        /// A folder, or one executable, of the user's own, run where it lies.
        case local(path: String)
    }

    package var place: Place
    /// Base64 of the SHA-256 of the zip; of the executable for local code.
    package var sha256: String
    /// Bytes of the zip; of the executable for local code.
    package var size: Int
}

/// Where the code of a function to be made comes from.
package enum CodeSource: Sendable, Equatable {
    case zip([UInt8])
    case object(bucket: String, key: String, version: String?)
    /// A folder with a `bootstrap`, or an executable.
    case local(path: String)

    /// The bucket whose "objects" are folders of this machine: how `CreateFunction` names local code over AWS's wire.
    package static let localBucket = "_rivulet-local-folder"
}

/// What became of a synchronous invocation, in the words of AWS's Invoke.
package struct InvocationResult: Sendable {
    package var statusCode = 200
    package var payload: [UInt8]
    /// `Unhandled` when the function failed, whatever way; the payload then says how.
    package var functionError: String?
    /// Of an answer that broke off.
    package var midstreamError: MidstreamError?
    package var requestID: String
    package var executedVersion: String
    package var traceID: String
    /// The last of the log, when it was asked for.
    package var logTail: [UInt8]?
    package var report: InvocationReport
    /// The platform's reason when the function did not answer itself.
    package var failure: InvocationFailure?
}
