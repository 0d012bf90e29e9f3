/// A function that takes and gives bytes as they are: no JSON is read or written for it.
public protocol RawLambdaHandler: Sendable {
    /// Answers one event.
    ///
    /// - Parameter payload: the event as Lambda sent it, at most 6 MiB.
    /// - Returns: the answer, at most 6 MiB; Lambda expects JSON.
    /// - Throws: whatever makes this invocation fail; the loop goes on.
    func handle(payload: [UInt8], context: LambdaContext) async throws -> [UInt8]
}

/// A function with a typed event and a typed answer.
///
/// ```swift
/// struct Greet: LambdaHandler {
///     func handle(_ event: [String: String], context: LambdaContext) async throws -> String {
///         "Hello, \(event["name", default: "world"])"
///     }
/// }
/// ```
public protocol LambdaHandler: RawLambdaHandler {
    /// What `decode` reads from the payload.
    associatedtype Event: Decodable & Sendable
    /// What `encode` writes into the answer.
    associatedtype Output: Encodable & Sendable

    /// Answers one event.
    ///
    /// - Throws: whatever makes this invocation fail; the loop goes on. A `LambdaError` chooses its own name.
    func handle(_ event: Event, context: LambdaContext) async throws -> Output

    /// Reads the event; by default as JSON, dates as `JSONDecoder` has them.
    func decode(_ payload: [UInt8]) throws -> Event

    /// Writes the answer; by default as JSON.
    func encode(_ output: Output) throws -> [UInt8]
}

extension LambdaHandler {
    /// Reads the event, handles it, and writes the answer.
    public func handle(payload: [UInt8], context: LambdaContext) async throws -> [UInt8] {
        let event: Event
        do {
            event = try decode(payload)
        } catch {
            throw EventDecodingError(Event.self, error)
        }
        let output = try await handle(event, context: context)
        do {
            return try encode(output)
        } catch {
            throw OutputEncodingError(Output.self, error)
        }
    }

    /// Reads the event as JSON.
    public func decode(_ payload: [UInt8]) throws -> Event {
        try EventJSON.decode(Event.self, from: payload)
    }

    /// Writes the answer as JSON.
    public func encode(_ output: Output) throws -> [UInt8] {
        try EventJSON.encode(output)
    }
}
