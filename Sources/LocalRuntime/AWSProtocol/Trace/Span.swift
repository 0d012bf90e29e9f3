package import EmulatorClock
import Glibc

/// What a span does to what, in AWS's words: `SQS`, `SendMessage`, `orders`.
package struct SpanSubject: Sendable, Hashable {
    package var service: String
    package var operation: String
    /// The name of the queue, function, table, object …; empty when there is none.
    package var resource: String

    package init(_ service: String, _ operation: String, _ resource: String) {
        self.service = service
        self.operation = operation
        self.resource = resource
    }
}

/// One piece of work in a trace.
package struct Span: Sendable, Equatable {
    /// The root of its trace.
    package var trace: String
    package var id: String
    /// The span that it is a part of; nil, or one that is not known, when it began the trace.
    package var parent: String?
    package var subject: SpanSubject
    /// On the emulator's clock.
    package var began: Timestamp
    /// In real time, since the emulator's clock may stand.
    package var duration: Duration
    /// Microseconds of real time at its begin: orders what the emulator's clock does not tell apart.
    package var order: Int64
    package var requestID: String?
    /// What else there is to say, for people: `3 messages, waited 12 ms`.
    package var detail: String?
    /// Another trace in which the same work is told in full.
    package var linkedTrace: String?
    /// Code and message of what it failed with.
    package var error: String?

    package init(
        _ subject: SpanSubject, in context: TraceContext, id: SpanID = .random(), began: Timestamp,
        duration: Duration = .zero, order: Int64 = Span.now, requestID: String? = nil, detail: String? = nil,
        linkedTrace: String? = nil, error: String? = nil
    ) {
        trace = context.root
        self.id = id.text
        parent = context.parent
        self.subject = subject
        self.began = began
        self.duration = duration
        self.order = order
        self.requestID = requestID
        self.detail = detail
        self.linkedTrace = linkedTrace
        self.error = error
    }

    /// Microseconds of real time.
    package static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}

/// The event of an invocation, so that it can be run again.
package struct InvokedEvent: Sendable, Equatable {
    package var requestID: String
    /// With the qualifier that it was invoked by.
    package var functionARN: String
    package var payload: [UInt8]
    /// JSON, as the function got it.
    package var clientContext: String?
    package var began: Timestamp

    package init(
        requestID: String, functionARN: String, payload: [UInt8], clientContext: String?, began: Timestamp
    ) {
        self.requestID = requestID
        self.functionARN = functionARN
        self.payload = payload
        self.clientContext = clientContext
        self.began = began
    }
}

/// Keeps what it is told, off the way of whoever tells it.
package protocol TraceRecording: Sendable {
    /// The emulator's clock.
    var now: Timestamp { get }

    /// A span is over. Must not wait.
    func record(_ span: Span)

    /// An invocation begins. Must not wait.
    func keep(_ event: InvokedEvent)
}
