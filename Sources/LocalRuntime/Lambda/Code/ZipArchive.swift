extension CodeStore {
    func unpack(_ bytes: [UInt8]) async throws -> FunctionCode { throw LambdaError.zipUnreadable }
}
