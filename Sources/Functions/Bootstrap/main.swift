import Handlers
import LambdaRuntime

LambdaRuntime.run { environment in
    let function = try PipelineFunction(handler: environment.handler)
    let handler = try function.handler(environment: environment.variables, logger: environment.logger)
    return HealthEvent(function, before: handler)
}
