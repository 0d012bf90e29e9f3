import FoundationEssentials
import Handlers
import LambdaRuntime

LambdaRuntime.run { environment in
    let function = try PipelineFunction(handler: environment.handler)
    let handler = try function.handler(
        environment: ProcessInfo.processInfo.environment, logger: environment.logger)
    return HealthEvent(function, before: handler)
}
