/// One event on its way through one function.
package struct Invocation: Sendable {
    package var requestID: String
    package var payload: [UInt8]
    package var functionARN: String
    package var trace: InvocationTrace
    /// JSON as the bootstrap receives it.
    package var clientContext: String?
    package var cognitoIdentity: String?
    /// Whether the caller wants the last of the log back.
    package var wantsLogTail: Bool

    package init(
        requestID: String, payload: [UInt8], functionARN: String, trace: InvocationTrace, clientContext: String? = nil,
        cognitoIdentity: String? = nil, wantsLogTail: Bool = false
    ) {
        self.requestID = requestID
        self.payload = payload
        self.functionARN = functionARN
        self.trace = trace
        self.clientContext = clientContext
        self.cognitoIdentity = cognitoIdentity
        self.wantsLogTail = wantsLogTail
    }
}

/// What became of an invocation.
package struct Completion: Sendable {
    package enum Outcome: Sendable, Equatable {
        case response([UInt8], midstreamError: MidstreamError?)
        /// An error that the function reported, as it reported it.
        case error([UInt8], type: String?)
        case failure(InvocationFailure)
    }

    package var outcome: Outcome
    package var report: InvocationReport
    package var logTail: [UInt8]?
}

/// What a function that streams its answer reports at the end when it failed on the way.
package struct MidstreamError: Sendable, Equatable {
    package var type: String
    /// JSON, as the function sent it.
    package var body: [UInt8]

    package init(type: String, body: [UInt8]) {
        self.type = type
        self.body = body
    }
}

/// Everything an execution environment is made from. Two plans of one revision are the same.
///
/// A class, so that the many steps of an invocation share one rather than copy a dozen strings each.
package final class SandboxPlan: Sendable {
    package let function: FunctionID
    package let version: Version
    /// Changes with every change of code or configuration: older environments are then not used again.
    package let revision: String
    package let executable: String
    package let taskRoot: String
    package let handler: String
    package let timeout: Duration
    /// In MB.
    package let memorySize: Int
    /// Size of `/tmp` in MB.
    package let ephemeralStorage: Int
    package let logGroup: String
    package let logging: FunctionLogging
    package let variables: [String: String]
    /// What the function signs its calls with; the access key is its account.
    package let secretAccessKey: String
    /// The emulator's own address, read when a process starts.
    package let endpoint: @Sendable () -> String

    package init(
        function: FunctionID, version: Version, revision: String, executable: String, taskRoot: String, handler: String,
        timeout: Duration, memorySize: Int, ephemeralStorage: Int, logGroup: String,
        logging: FunctionLogging = FunctionLogging(), variables: [String: String],
        secretAccessKey: String = "rivulet-local", endpoint: @escaping @Sendable () -> String
    ) {
        self.function = function
        self.version = version
        self.revision = revision
        self.executable = executable
        self.taskRoot = taskRoot
        self.handler = handler
        self.timeout = timeout
        self.memorySize = memorySize
        self.ephemeralStorage = ephemeralStorage
        self.logGroup = logGroup
        self.logging = logging
        self.variables = variables
        self.secretAccessKey = secretAccessKey
        self.endpoint = endpoint
    }
}

extension SandboxPlan {
    /// Whether `/tmp` may be replaced by an empty one: not when the code itself lies there, as it does in tests.
    var hasOwnTmp: Bool { !taskRoot.hasPrefix("/tmp/") && taskRoot != "/tmp" }
}
