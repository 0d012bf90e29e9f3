/// The operations that are there, under their names on the wire.
/// https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
enum StepFunctionsOperation: String, CaseIterable {
    case createStateMachine = "CreateStateMachine"
    case updateStateMachine = "UpdateStateMachine"
    case describeStateMachine = "DescribeStateMachine"
    case listStateMachines = "ListStateMachines"
    case deleteStateMachine = "DeleteStateMachine"
    case validateStateMachineDefinition = "ValidateStateMachineDefinition"
    case publishStateMachineVersion = "PublishStateMachineVersion"
    case listStateMachineVersions = "ListStateMachineVersions"
    case deleteStateMachineVersion = "DeleteStateMachineVersion"
    case startExecution = "StartExecution"
    case describeExecution = "DescribeExecution"
    case describeStateMachineForExecution = "DescribeStateMachineForExecution"
    case getExecutionHistory = "GetExecutionHistory"
    case listExecutions = "ListExecutions"
    case stopExecution = "StopExecution"
    case sendTaskSuccess = "SendTaskSuccess"
    case sendTaskFailure = "SendTaskFailure"
    case sendTaskHeartbeat = "SendTaskHeartbeat"
    case tagResource = "TagResource"
    case untagResource = "UntagResource"
    case listTagsForResource = "ListTagsForResource"

    /// What AWS has besides, refused by name.
    static let notImplemented: Set<String> = [
        "CreateActivity", "CreateStateMachineAlias", "DeleteActivity", "DeleteStateMachineAlias", "DescribeActivity",
        "DescribeMapRun", "DescribeStateMachineAlias", "GetActivityTask", "ListActivities", "ListMapRuns",
        "ListStateMachineAliases", "RedriveExecution", "StartSyncExecution", "TestState", "UpdateMapRun",
        "UpdateStateMachineAlias",
    ]
}
