import NIOCore
import NIOHTTP1
import NIOPosix

/// The Runtime API server of one execution environment: a loopback port of its own (DESIGN D4), served on the sandbox's
/// event loop.
struct RuntimeListener: Sendable {
    /// What the bootstrap finds in `AWS_LAMBDA_RUNTIME_API`.
    let address: String
    private let channel: any Channel

    static func open(for sandbox: Sandbox, limits: LambdaLimits) -> EventLoopFuture<RuntimeListener> {
        ServerBootstrap(group: sandbox.loop)
            .serverChannelOption(.backlog, value: 64)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try pipeline.addHandler(RuntimeConnection(sandbox: sandbox, limits: limits))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .map { channel in
                RuntimeListener(address: "127.0.0.1:\(channel.localAddress?.port ?? 0)", channel: channel)
            }
    }

    func close() {
        channel.close(promise: nil)
    }
}
