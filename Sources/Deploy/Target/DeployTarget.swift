import Foundation

/// Where the stack goes: an AWS account, or an emulator that stands for one.
enum DeployTarget: Sendable, Equatable {
    case aws
    /// The emulator's URL, and the Twitch that it simulates.
    case local(endpoint: String)

    /// The bucket of the emulator in which Terraform keeps its state. On AWS it is `terraform/state` that makes one.
    static let localStateBucket = "rivulet-terraform-state"
    static let stateKey = "rivulet.tfstate"

    var name: String {
        switch self {
        case .aws: "aws"
        case .local: "local"
        }
    }

    /// What Terraform, its provider and our own calls read.
    ///
    /// - Parameter own: the variables of this process; what it names wins, but for the place and the credentials of an
    ///   emulator.
    func environment(_ own: [String: String], dataFolder: String) -> [String: String] {
        // An interactive session may name a configuration file that forbids other providers' folders.
        var environment = own.filter { $0.key != "TF_CLI_CONFIG_FILE" || own["TF_PLUGIN_DIR"] == nil }
        environment["TF_DATA_DIR"] = dataFolder
        guard case .local(let endpoint) = self else { return environment }
        let stand = [
            "TF_VAR_twitch_client_id": "rivulet-simulated-client", "TF_VAR_twitch_client_secret": "simulated",
            "TF_VAR_twitch_api_url": "\(endpoint)/_twitch/helix",
            "TF_VAR_twitch_token_url": "\(endpoint)/_twitch/oauth2/token", "TF_VAR_lake_deletable": "true",
        ]
        let place = [
            "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
        ]
        let others = environment.filter { !$0.key.hasPrefix("AWS_") }
        return stand.merging(others) { $1 }.merging(place) { $1 }
    }

    /// What `terraform init` is told about the place of the state.
    func backend(stackFolder: String) -> [String] {
        switch self {
        case .aws: ["\(stackFolder)/backend.hcl"]
        case .local: ["bucket=\(Self.localStateBucket)", "key=\(Self.stateKey)", "region=us-east-1"]
        }
    }
}
