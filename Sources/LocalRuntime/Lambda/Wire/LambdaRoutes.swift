import AWSProtocol

/// All of Lambda's operations by method and path, so that what is not emulated is refused by its name. Those of event source
/// mappings are answered elsewhere.
/// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
struct LambdaRoutes: Sendable {
    struct Match: Equatable {
        var operation: String
        /// What stood for each `*`, decoded.
        var parameters: [String]
    }

    private struct Route: Sendable {
        var method: Substring
        var segments: [Substring]
        var operation: String
    }

    static let all = LambdaRoutes(table)

    private let routes: [Route]

    private init(_ table: String) {
        routes = table.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            return Route(method: words[0], segments: words[1].split(separator: "/"), operation: String(words[2]))
        }
    }

    var operations: [String] { routes.map(\.operation) }

    func match(_ method: String, _ path: String) -> Match? {
        if method == "POST", let name = Self.invokedFunction(path) {
            return Match(operation: "Invoke", parameters: [name])
        }
        let segments = path.split(separator: "/")
        for route in routes where route.method == method && route.segments.count == segments.count {
            let isMatch = zip(route.segments, segments).allSatisfy { $0 == "*" || $0 == $1 }
            guard isMatch else { continue }
            let parameters = zip(route.segments, segments).filter { $0.0 == "*" }
                .map { PercentEncoding.decode($0.1) ?? String($0.1) }
            return Match(operation: route.operation, parameters: parameters)
        }
        return nil
    }

    /// The name in `/2015-03-31/functions/NAME/invocations`, the one path that is asked for thousands of times a second; nil
    /// for every other.
    private static func invokedFunction(_ path: String) -> String? {
        var path = path
        return path.withUTF8 { bytes in
            let path = Bytes(UnsafeRawBufferPointer(bytes))
            guard let name = path.between("/2015-03-31/functions/", "/invocations"), !name.contains(UInt8(ascii: "/"))
            else { return nil }
            return name.contains(UInt8(ascii: "%")) ? PercentEncoding.decode(name.text) ?? name.text : name.text
        }
    }

    private static let table = """
        POST /2015-03-31/functions/*/invocations Invoke
        POST /2015-03-31/functions CreateFunction
        GET /2015-03-31/functions ListFunctions
        GET /2015-03-31/functions/* GetFunction
        DELETE /2015-03-31/functions/* DeleteFunction
        PUT /2015-03-31/functions/*/code UpdateFunctionCode
        GET /2015-03-31/functions/*/configuration GetFunctionConfiguration
        PUT /2015-03-31/functions/*/configuration UpdateFunctionConfiguration
        GET /2015-03-31/functions/*/versions ListVersionsByFunction
        GET /2016-08-19/account-settings GetAccountSettings
        GET /2017-03-31/tags/* ListTags
        POST /2017-03-31/tags/* TagResource
        DELETE /2017-03-31/tags/* UntagResource
        PUT /2017-10-31/functions/*/concurrency PutFunctionConcurrency
        DELETE /2017-10-31/functions/*/concurrency DeleteFunctionConcurrency
        GET /2019-09-30/functions/*/concurrency GetFunctionConcurrency
        GET /2020-06-30/functions/*/code-signing-config GetFunctionCodeSigningConfig
        POST /2014-11-13/functions/*/invoke-async InvokeAsync
        GET /2015-03-31/functions/*/aliases ListAliases
        POST /2015-03-31/functions/*/aliases CreateAlias
        DELETE /2015-03-31/functions/*/aliases/* DeleteAlias
        GET /2015-03-31/functions/*/aliases/* GetAlias
        PUT /2015-03-31/functions/*/aliases/* UpdateAlias
        GET /2015-03-31/functions/*/policy GetPolicy
        POST /2015-03-31/functions/*/policy AddPermission
        DELETE /2015-03-31/functions/*/policy/* RemovePermission
        POST /2015-03-31/functions/*/versions PublishVersion
        GET /2018-10-31/layers GetLayerVersionByArn
        GET /2018-10-31/layers ListLayers
        GET /2018-10-31/layers/*/versions ListLayerVersions
        POST /2018-10-31/layers/*/versions PublishLayerVersion
        DELETE /2018-10-31/layers/*/versions/* DeleteLayerVersion
        GET /2018-10-31/layers/*/versions/* GetLayerVersion
        GET /2018-10-31/layers/*/versions/*/policy GetLayerVersionPolicy
        POST /2018-10-31/layers/*/versions/*/policy AddLayerVersionPermission
        DELETE /2018-10-31/layers/*/versions/*/policy/* RemoveLayerVersionPermission
        DELETE /2019-09-25/functions/*/event-invoke-config DeleteFunctionEventInvokeConfig
        GET /2019-09-25/functions/*/event-invoke-config GetFunctionEventInvokeConfig
        POST /2019-09-25/functions/*/event-invoke-config UpdateFunctionEventInvokeConfig
        PUT /2019-09-25/functions/*/event-invoke-config PutFunctionEventInvokeConfig
        GET /2019-09-25/functions/*/event-invoke-config/list ListFunctionEventInvokeConfigs
        DELETE /2019-09-30/functions/*/provisioned-concurrency DeleteProvisionedConcurrencyConfig
        GET /2019-09-30/functions/*/provisioned-concurrency GetProvisionedConcurrencyConfig
        GET /2019-09-30/functions/*/provisioned-concurrency ListProvisionedConcurrencyConfigs
        PUT /2019-09-30/functions/*/provisioned-concurrency PutProvisionedConcurrencyConfig
        GET /2020-04-22/code-signing-configs ListCodeSigningConfigs
        POST /2020-04-22/code-signing-configs CreateCodeSigningConfig
        DELETE /2020-04-22/code-signing-configs/* DeleteCodeSigningConfig
        GET /2020-04-22/code-signing-configs/* GetCodeSigningConfig
        PUT /2020-04-22/code-signing-configs/* UpdateCodeSigningConfig
        GET /2020-04-22/code-signing-configs/*/functions ListFunctionsByCodeSigningConfig
        DELETE /2020-06-30/functions/*/code-signing-config DeleteFunctionCodeSigningConfig
        PUT /2020-06-30/functions/*/code-signing-config PutFunctionCodeSigningConfig
        GET /2021-07-20/functions/*/runtime-management-config GetRuntimeManagementConfig
        PUT /2021-07-20/functions/*/runtime-management-config PutRuntimeManagementConfig
        DELETE /2021-10-31/functions/*/url DeleteFunctionUrlConfig
        GET /2021-10-31/functions/*/url GetFunctionUrlConfig
        POST /2021-10-31/functions/*/url CreateFunctionUrlConfig
        PUT /2021-10-31/functions/*/url UpdateFunctionUrlConfig
        GET /2021-10-31/functions/*/urls ListFunctionUrlConfigs
        POST /2021-11-15/functions/*/response-streaming-invocations InvokeWithResponseStream
        GET /2024-08-31/functions/*/recursion-config GetFunctionRecursionConfig
        PUT /2024-08-31/functions/*/recursion-config PutFunctionRecursionConfig
        GET /2025-11-30/capacity-providers ListCapacityProviders
        POST /2025-11-30/capacity-providers CreateCapacityProvider
        DELETE /2025-11-30/capacity-providers/* DeleteCapacityProvider
        GET /2025-11-30/capacity-providers/* GetCapacityProvider
        PUT /2025-11-30/capacity-providers/* UpdateCapacityProvider
        GET /2025-11-30/capacity-providers/*/function-versions ListFunctionVersionsByCapacityProvider
        GET /2025-11-30/functions/*/function-scaling-config GetFunctionScalingConfig
        PUT /2025-11-30/functions/*/function-scaling-config PutFunctionScalingConfig
        POST /2025-12-01/durable-execution-callbacks/*/fail SendDurableExecutionCallbackFailure
        POST /2025-12-01/durable-execution-callbacks/*/heartbeat SendDurableExecutionCallbackHeartbeat
        POST /2025-12-01/durable-execution-callbacks/*/succeed SendDurableExecutionCallbackSuccess
        DELETE /2025-12-01/durable-executions/* DeleteDurableExecution
        GET /2025-12-01/durable-executions/* GetDurableExecution
        POST /2025-12-01/durable-executions/*/checkpoint CheckpointDurableExecution
        GET /2025-12-01/durable-executions/*/history GetDurableExecutionHistory
        POST /2025-12-01/durable-executions/*/pause PauseDurableExecution
        POST /2025-12-01/durable-executions/*/resume ResumeDurableExecution
        GET /2025-12-01/durable-executions/*/state GetDurableExecutionState
        POST /2025-12-01/durable-executions/*/stop StopDurableExecution
        GET /2025-12-01/functions/*/durable-executions ListDurableExecutionsByFunction
        DELETE /2026-07-09/resource-policy/* DeleteResourcePolicy
        GET /2026-07-09/resource-policy/* GetResourcePolicy
        PUT /2026-07-09/resource-policy/* PutResourcePolicy
        """
}
