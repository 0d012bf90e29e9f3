import ArgumentParser
import Foundation
import Lake

/// The rules' numbers, from the environment.
enum LakeSettings {
    static func configuration() throws -> LakeConfiguration {
        do throws(LakeConfigurationError) {
            return try LakeConfiguration(environment: ProcessInfo.processInfo.environment)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
