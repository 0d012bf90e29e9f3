/// The variables of a function's process: Lambda's own, exactly, and the function's. Nothing of the emulator's.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
enum EnvironmentVariables {
    /// Names that a function's configuration may not hold.
    static let reserved: Set<String> = [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
    ]

    /// `NAME=value` in the order of names.
    static func list(_ plan: SandboxPlan, runtimeAPI: String, logStream: String) -> [String] {
        var variables = overridable(taskRoot: plan.taskRoot, endpoint: plan.endpoint())
        variables.merge(plan.variables) { _, own in own }
        variables.merge(fixed(plan, runtimeAPI: runtimeAPI, logStream: logStream)) { _, fixed in fixed }
        if plan.logging.format == .json {
            variables["AWS_LAMBDA_LOG_FORMAT"] = plan.logging.format.rawValue
            variables["AWS_LAMBDA_LOG_LEVEL"] = plan.logging.applicationLevel ?? FunctionLogging.standardLevel
        }
        return variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// What the function's configuration may set otherwise. `AWS_ENDPOINT_URL` is the one that AWS does not set: it is how
    /// every SDK finds the emulator (DESIGN D2).
    private static func overridable(taskRoot: String, endpoint: String) -> [String: String] {
        [
            "AWS_ENDPOINT_URL": endpoint,
            "LANG": "en_US.UTF-8",
            "LD_LIBRARY_PATH": "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:\(taskRoot):\(taskRoot)/lib:/opt/lib",
            "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
            "TZ": ":UTC",
        ]
    }

    private static func fixed(_ plan: SandboxPlan, runtimeAPI: String, logStream: String) -> [String: String] {
        [
            "_HANDLER": plan.handler,
            // An access key of twelve digits names its account to the emulator, so that a function calls as its own.
            "AWS_ACCESS_KEY_ID": plan.function.account,
            "AWS_DEFAULT_REGION": plan.function.region,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String(plan.memorySize),
            "AWS_LAMBDA_FUNCTION_NAME": plan.function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": plan.version.text,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": plan.logGroup,
            "AWS_LAMBDA_LOG_STREAM_NAME": logStream,
            "AWS_LAMBDA_RUNTIME_API": runtimeAPI,
            "AWS_REGION": plan.function.region,
            "AWS_SECRET_ACCESS_KEY": plan.secretAccessKey,
            "AWS_SESSION_TOKEN": "rivulet-local",
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "LAMBDA_TASK_ROOT": plan.taskRoot,
        ]
    }
}
