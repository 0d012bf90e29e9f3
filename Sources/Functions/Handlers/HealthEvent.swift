package import LambdaRuntime

/// Answers `{"rivulet":"health"}` by itself, so that a deploy can see a function start and change nothing. All other
/// events go to the function.
package struct HealthEvent: RawLambdaHandler {
    private static let event = Array(#"{"rivulet":"health"}"#.utf8)

    private let function: PipelineFunction
    private let handler: any RawLambdaHandler

    package init(_ function: PipelineFunction, before handler: any RawLambdaHandler) {
        self.function = function
        self.handler = handler
    }

    package func handle(payload: [UInt8], context: LambdaContext) async throws -> [UInt8] {
        guard payload == Self.event else { return try await handler.handle(payload: payload, context: context) }
        return Array(#"{"function":"\#(function.rawValue)","healthy":true}"#.utf8)
    }
}
