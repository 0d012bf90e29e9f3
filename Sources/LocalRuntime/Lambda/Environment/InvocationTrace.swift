package import AWSProtocol
package import EmulatorClock

/// The trace of an invocation, after X-Ray's tracing header: as its caller named it, or one that begins with it and is put into
/// words when they are needed.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
package enum InvocationTrace: Sendable {
    case named(String)
    case begun(TraceContext)

    /// A new trace of that instant.
    package static func new(at instant: Timestamp) -> InvocationTrace {
        .begun(TraceContext.begun(at: instant).under(.random()))
    }

    /// As it goes over the wire.
    package var header: String {
        switch self {
        case .named(let header): header
        case .begun(let context): context.header
        }
    }

    /// nil where the header names none.
    package var context: TraceContext? {
        switch self {
        case .named(let header): TraceContext(header)
        case .begun(let context): context
        }
    }
}
