import AWSProtocol
import EmulatorClock

/// Reads one state.
struct StateReader {
    let fields: Fields
    let name: String
    let depth: Int

    private static let types = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"]
    private static let allSeconds = 1...99_999_999

    /// The state; nil when its type is unknown or something it cannot be without is missing.
    func state(_ names: inout Set<String>) -> State? {
        DefinitionReader.checkLanguage(fields)
        for name in ["Assign", "Arguments", "Output"] where fields.has(name) {
            _ = fields.value(name)
            fields.findings.refuse(name == "Assign" ? "variables (Assign)" : "\(name), a field of JSONata states")
        }
        guard let type = fields.requiredText("Type") else { return nil }
        guard Self.types.contains(type) else {
            fields.report("The state type must be one of [\(Self.types.joined(separator: ", "))]", "Type")
            return nil
        }
        let kind = kind(type, &names)
        var state = State(name: name, kind: kind ?? .succeed)
        if type != "Fail" { readPaths(&state) }
        if ["Task", "Parallel", "Map", "Pass"].contains(type) { readResult(&state, type) }
        if ["Task", "Parallel", "Map"].contains(type) { readErrorHandling(&state) }
        if ["Task", "Pass", "Wait", "Parallel", "Map"].contains(type) { readTransition(&state) }
        fields.finish()
        return kind == nil ? nil : state
    }

    private func kind(_ type: String, _ names: inout Set<String>) -> State.Kind? {
        switch type {
        case "Pass": .pass(result: fields.value("Result"))
        case "Task": task().map { .task($0) }
        case "Choice": choice()
        case "Wait": wait().map { .wait($0) }
        case "Fail": .fail(error: source("Error"), cause: source("Cause"))
        case "Parallel": parallel(&names)
        case "Map": map(&names)
        default: .succeed
        }
    }

    private func readPaths(_ state: inout State) {
        state.inputPath = pathOrNull("InputPath")
        state.outputPath = pathOrNull("OutputPath")
    }

    private func pathOrNull(_ name: String) -> JSONPath? {
        guard let value = fields.value(name) else { return .whole }
        return value.isNull ? nil : fields.path(name, mustBeReference: false)
    }

    private func readResult(_ state: inout State, _ type: String) {
        state.resultPath = resultPath(fields)
        if type == "Map" {
            fields.atMostOne(of: ["Parameters", "ItemSelector"])
            state.parameters = fields.template("ItemSelector") ?? fields.template("Parameters")
        } else {
            state.parameters = fields.template("Parameters")
        }
        if type != "Pass" { state.resultSelector = fields.template("ResultSelector") }
    }

    private func resultPath(_ fields: Fields) -> ResultPath {
        guard let value = fields.value("ResultPath") else { return .replace }
        if value.isNull { return .discard }
        guard let path = fields.path("ResultPath") else { return .replace }
        guard !path.isContext else {
            fields.report("ResultPath must not point into the context object", "ResultPath")
            return .replace
        }
        return .place(path)
    }

    private func readTransition(_ state: inout State) {
        let end = fields.value("End")
        let next = fields.text("Next")
        if let end, end.bool == nil { fields.report("Expected value of type Boolean", "End") }
        let ends = end?.bool == true
        if fields.has("Next"), ends { fields.findings.report("Only one of [Next, End] may be given", fields.location) }
        if !fields.has("Next"), !ends {
            fields.findings.report("Either Next or End: true must be given", fields.location, code: .missingTarget)
        }
        state.transition = next.map { .next($0) } ?? .end
    }

    private func task() -> TaskState? {
        guard let text = fields.requiredText("Resource") else { return nil }
        if fields.value("Credentials") != nil { fields.findings.refuse("Credentials of a Task state") }
        let times = (
            timeout: numberSource("TimeoutSeconds", in: Self.allSeconds),
            heartbeat: numberSource("HeartbeatSeconds", in: Self.allSeconds)
        )
        if case .fixed(let timeout)? = times.timeout, case .fixed(let heartbeat)? = times.heartbeat,
            heartbeat >= timeout
        {
            fields.report("HeartbeatSeconds must be smaller than TimeoutSeconds", "HeartbeatSeconds")
        }
        do {
            let resource = try TaskResource(text)
            checkParameters(of: resource)
            return TaskState(resource: resource, timeout: times.timeout, heartbeat: times.heartbeat)
        } catch .notImplemented(let what) {
            fields.findings.refuse(what)
        } catch {
            fields.report("Value is not a valid resource ARN", "Resource")
        }
        return nil
    }

    private func checkParameters(of resource: TaskResource) {
        guard case .integration(let integration, _) = resource else { return }
        let given = Set((fields.value("Parameters")?.object?.members ?? []).map(\.name))
        for name in integration.requiredParameters where !given.contains(name) && !given.contains("\(name).$") {
            let place = fields.has("Parameters") ? fields.place("Parameters") : fields.location
            fields.findings.report("The field '\(name)' is required but was missing", place)
        }
    }

    private func numberSource(_ name: String, in range: ClosedRange<Int>) -> NumberSource? {
        fields.atMostOne(of: [name, "\(name)Path"])
        if let path = fields.path("\(name)Path") { return .path(path) }
        return fields.integer(name, in: range).map { .fixed($0) }
    }

    private func source(_ name: String) -> TextSource? {
        fields.atMostOne(of: [name, "\(name)Path"])
        let fixed = fields.text(name).map { TextSource.fixed($0) }
        guard let text = fields.text("\(name)Path") else { return fixed }
        do {
            return text.hasPrefix("States.") ? .intrinsic(try Intrinsic(text)) : .path(try JSONPath(text))
        } catch {
            fields.report(
                "Value is neither a valid JSONPath nor an intrinsic function call: \(error.reason)", "\(name)Path")
            return nil
        }
    }

    private func choice() -> State.Kind? {
        guard fields.required("Choices") != nil else { return nil }
        let rules = fields.objects("Choices")
        if rules.isEmpty { fields.report("A Choice state needs at least one choice", "Choices") }
        let branches = rules.compactMap { ChoiceReader(fields: $0).branch() }
        return .choice(branches, otherwise: fields.text("Default"))
    }

    private func wait() -> WaitLength? {
        let names = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]
        fields.atMostOne(of: names)
        let seconds = fields.integer("Seconds", in: 0...99_999_999)
        let secondsPath = fields.path("SecondsPath")
        let timestamp = fields.text("Timestamp")
        let timestampPath = fields.path("TimestampPath")
        if let seconds { return .seconds(seconds) }
        if let secondsPath { return .secondsPath(secondsPath) }
        if let timestampPath { return .timestampPath(timestampPath) }
        if let timestamp {
            if let instant = Timestamp(iso8601: timestamp) { return .timestamp(instant) }
            fields.report("Value is not a timestamp such as 2026-03-01T12:00:00Z", "Timestamp")
        } else if !names.contains(where: fields.has) {
            fields.findings.report("One of [\(names.joined(separator: ", "))] is required", fields.location)
        }
        return nil
    }

    private func parallel(_ names: inout Set<String>) -> State.Kind? {
        guard fields.required("Branches") != nil else { return nil }
        let branches = fields.objects("Branches")
        if branches.isEmpty { fields.report("A Parallel state needs at least one branch", "Branches") }
        var graphs: [StateGraph] = []
        for branch in branches {
            let graph = GraphReader(findings: fields.findings, depth: depth + 1).graph(branch, &names)
            branch.finish()
            if let graph { graphs.append(graph) }
        }
        return .parallel(graphs)
    }

    private func map(_ names: inout Set<String>) -> State.Kind? {
        for name in ["ItemReader", "ItemBatcher", "ResultWriter", "Label"] where fields.value(name) != nil {
            fields.findings.refuse("\(name) of a Map state")
        }
        for name in ["ToleratedFailureCount", "ToleratedFailurePercentage"] {
            if fields.value(name) != nil || fields.value("\(name)Path") != nil {
                fields.findings.refuse("\(name) of a Map state")
            }
        }
        fields.atMostOne(of: ["ItemProcessor", "Iterator"])
        let name = fields.has("Iterator") ? "Iterator" : "ItemProcessor"
        guard fields.required(name) != nil, let processor = fields.object(name) else { return nil }
        if let configuration = processor.object("ProcessorConfig") {
            if let mode = configuration.text("Mode"), mode != "INLINE" {
                fields.findings.refuse("the Map mode \(mode)")
            }
            _ = configuration.value("ExecutionType")
            configuration.finish()
        }
        let graph = GraphReader(findings: fields.findings, depth: depth + 1).graph(processor, &names)
        processor.finish()
        let concurrency = numberSource("MaxConcurrency", in: 0...Int(Int32.max)) ?? .fixed(0)
        let itemsPath = fields.has("ItemsPath") ? fields.path("ItemsPath") : .whole
        guard let graph, let itemsPath else { return nil }
        return .map(MapState(itemsPath: itemsPath, processor: graph, maxConcurrency: concurrency))
    }
}

extension StateReader {
    private func readErrorHandling(_ state: inout State) {
        let retriers = fields.objects("Retry")
        state.retriers = retriers.enumerated().map { retrier($0.element, isLast: $0.offset == retriers.count - 1) }
        let catchers = fields.objects("Catch")
        state.catchers = catchers.enumerated().compactMap {
            catcher($0.element, isLast: $0.offset == catchers.count - 1)
        }
    }

    private func retrier(_ fields: Fields, isLast: Bool) -> Retrier {
        var retrier = Retrier(errors: errors(fields, isLast))
        retrier.intervalSeconds = fields.integer("IntervalSeconds", in: 1...99_999_999) ?? retrier.intervalSeconds
        retrier.maxAttempts = fields.integer("MaxAttempts", in: 0...99_999_999) ?? retrier.maxAttempts
        retrier.backoffRate = fields.number("BackoffRate", atLeast: 1) ?? retrier.backoffRate
        retrier.maxDelaySeconds = fields.integer("MaxDelaySeconds", in: 1...31_622_400)
        if let delay = retrier.maxDelaySeconds, delay <= retrier.intervalSeconds {
            fields.report("MaxDelaySeconds must be greater than IntervalSeconds", "MaxDelaySeconds")
        }
        if let jitter = fields.text("JitterStrategy") {
            retrier.hasFullJitter = jitter == "FULL"
            if jitter != "FULL", jitter != "NONE" {
                fields.report("Value is not one of [FULL, NONE]", "JitterStrategy")
            }
        }
        fields.finish()
        return retrier
    }

    private func catcher(_ fields: Fields, isLast: Bool) -> Catcher? {
        let errors = errors(fields, isLast)
        let resultPath = resultPath(fields)
        let next = fields.requiredText("Next")
        fields.finish()
        return next.map { Catcher(errors: errors, next: $0, resultPath: resultPath) }
    }

    private func errors(_ fields: Fields, _ isLast: Bool) -> [String] {
        guard let value = fields.required("ErrorEquals") else { return [] }
        let names = (value.array ?? []).compactMap(\.string)
        guard !names.isEmpty, names.count == value.array?.count else {
            fields.report("Expected a non-empty Array of error names", "ErrorEquals")
            return []
        }
        if names.contains("States.ALL"), names.count > 1 || !isLast {
            fields.report("States.ALL must appear alone, in the last entry", "ErrorEquals")
        }
        return names
    }
}
