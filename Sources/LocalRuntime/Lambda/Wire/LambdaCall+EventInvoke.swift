import AWSProtocol
import EmulatorClock

/// Settings of asynchronous invocations on the wire.
extension LambdaCall {
    func performOnEventInvokeConfig(_ operation: LambdaOperation) async throws -> HTTPResponse {
        switch operation {
        case .putFunctionEventInvokeConfig: json(try await setConfig(try await members(operation), merges: false))
        case .updateFunctionEventInvokeConfig: json(try await setConfig(try await members(operation), merges: true))
        case .getFunctionEventInvokeConfig: json(try getConfig())
        case .listFunctionEventInvokeConfigs: json(try listConfigs())
        default: try await deleteConfig()
        }
    }

    private func setConfig(_ members: RequestMembers, merges: Bool) async throws -> JSONValue {
        try members.refuseAll(
            but: ["FunctionName", "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"])
        let destinations = try members.structure("DestinationConfig")
        let config = EventInvokeConfig(
            maximumRetryAttempts: try members.integer("MaximumRetryAttempts"),
            maximumEventAge: try members.integer("MaximumEventAgeInSeconds"),
            onSuccess: try destinations?.structure("OnSuccess")?.string("Destination"),
            onFailure: try destinations?.structure("OnFailure")?.string("Destination"),
            lastModified: service.clock.now)
        guard config.maximumRetryAttempts != nil || config.maximumEventAge != nil || destinations != nil else {
            throw LambdaError.eventInvokeConfigEmpty
        }
        let target = try target()
        return try await service.setEventInvokeConfig(target, config, merges: merges).json(of: target.id, target.key)
    }

    private func getConfig() throws -> JSONValue {
        let target = try target()
        return try service.eventInvokeConfig(target).json(of: target.id, target.key)
    }

    private func listConfigs() throws -> JSONValue {
        guard let function = try? function() else { throw LambdaError.functionDoesNotExist }
        let configs = function.eventInvokeConfigs.sorted { $0.key < $1.key }
        return try page(configs, as: "FunctionEventInvokeConfigs", key: \.key) {
            $0.value.json(of: function.id, $0.key)
        }
    }

    private func deleteConfig() async throws -> HTTPResponse {
        try await service.deleteEventInvokeConfig(try target())
        return empty()
    }
}
