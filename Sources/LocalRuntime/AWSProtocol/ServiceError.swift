/// A refusal in AWS's words. Each service has one closed enum of them; whatever else is thrown is a fault of ours.
package protocol ServiceError: Error, Sendable {
    var wire: WireError { get }
}

/// What a refusal looks like on the wire.
package struct WireError: Sendable, Equatable {
    /// AWS's code, e.g. `ResourceNotFoundException`; in AWS JSON the part after `#`.
    package var code: String
    package var message: String
    package var status: Int
    /// The code in the Query protocol, where it differs, e.g. `AWS.SimpleQueueService.NonExistentQueue`.
    package var queryCode: String?
    /// Further members of the answer, e.g. `CancellationReasons`.
    package var details: JSONObject

    package init(
        _ code: String, _ message: String, status: Int = 400, queryCode: String? = nil, details: JSONObject = [:]
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.queryCode = queryCode
        self.details = details
    }

    package var isSenderFault: Bool { status < 500 }

    /// An operation or parameter that is not emulated (DESIGN D7): 501 with its name, which no SDK retries.
    package static func notImplemented(_ what: String) -> WireError {
        WireError("NotImplemented", "rivulet-local does not implement \(what).", status: 501)
    }

    /// The answer for a fault of ours, whose cause goes to the log.
    package static func internalFailure(causedBy error: any Error) -> WireError {
        FaultLog.note(error)
        return internalFailure
    }

    /// The answer for a fault of ours.
    package static let internalFailure = WireError(
        "InternalFailure", "The request processing has failed because of an unknown error, exception or failure.",
        status: 500)
}

/// An operation or parameter that is not emulated.
package struct NotImplemented: ServiceError {
    package let what: String

    package init(_ what: String) {
        self.what = what
    }

    package var wire: WireError { .notImplemented(what) }
}
