import AWSProtocol

/// Hands each operation to the code that answers it.
extension S3Wire {
    func perform(_ operation: S3Operation, _ target: S3Target) async throws -> HTTPResponse {
        guard let bucket = target.bucket else { return try await listBuckets() }
        guard let key = target.key else { return try await performOnBucket(operation, bucket) }
        return try await performOnObject(operation, bucket, key)
    }

    private func performOnObject(
        _ operation: S3Operation, _ bucket: String, _ key: ObjectKey
    ) async throws -> HTTPResponse {
        switch operation {
        case .abortMultipartUpload: try await abortMultipartUpload(bucket, key)
        case .completeMultipartUpload: try await completeMultipartUpload(bucket, key)
        case .copyObject: try await copyObject(bucket, key)
        case .createMultipartUpload: try await createMultipartUpload(bucket, key)
        case .deleteObject: try await deleteObject(bucket, key)
        case .deleteObjectTagging: try await deleteObjectTagging(bucket, key)
        case .getObject: try await getObject(bucket, key)
        case .getObjectACL: try await getObjectACL(bucket, key)
        case .getObjectAttributes: try await getObjectAttributes(bucket, key)
        case .getObjectTagging: try await getObjectTagging(bucket, key)
        case .headObject: try await headObject(bucket, key)
        case .listParts: try await listParts(bucket, key)
        case .putObject: try await putObject(bucket, key)
        case .putObjectTagging: try await putObjectTagging(bucket, key)
        case .uploadPart: try await uploadPart(bucket, key)
        case .uploadPartCopy: try await uploadPartCopy(bucket, key)
        default: throw NotImplemented("\(operation.rawValue) of an object")
        }
    }

    private func performOnBucket(_ operation: S3Operation, _ bucket: String) async throws -> HTTPResponse {
        switch operation {
        case .createBucket: try await createBucket(bucket)
        case .deleteBucket: try await deleteBucket(bucket)
        case .deleteObjects: try await deleteObjects(bucket)
        case .getBucketACL: try await getBucketACL(bucket)
        case .getBucketLocation: try await getBucketLocation(bucket)
        case .getBucketVersioning: try await getBucketVersioning(bucket)
        case .headBucket: try await headBucket(bucket)
        case .listMultipartUploads: try await listMultipartUploads(bucket)
        case .listObjectVersions: try await listObjectVersions(bucket)
        case .listObjects: try await listObjects(bucket)
        case .listObjectsV2: try await listObjectsV2(bucket)
        case .putBucketVersioning: try await putBucketVersioning(bucket)
        default: try await performOnConfiguration(of: bucket, operation)
        }
    }

    private func performOnConfiguration(of bucket: String, _ operation: S3Operation) async throws -> HTTPResponse {
        guard let configuration = BucketConfiguration.allCases.first(where: { query[$0.rawValue] != nil }) else {
            throw NotImplemented("\(operation.rawValue) of a bucket")
        }
        return try await performOnConfiguration(configuration, bucket)
    }
}
