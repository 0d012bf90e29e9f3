import FoundationEssentials
import Handlers
import LambdaRuntime

LambdaRuntime.run { environment in
    try PipelineFunction(handler: environment.handler)
        .handler(environment: ProcessInfo.processInfo.environment, logger: environment.logger)
}
