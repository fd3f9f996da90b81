/// One connection, whose blocking calls run on a queue of its own.
///
/// libpq: "no two threads attempt to manipulate the same PGconn object at the same time" (Behavior in Threaded Programs);
/// the actor's serial executor sees to that.
actor PostgresConnection {
    private let executor = QueueExecutor(label: "feature-store.postgres")
    private let address: String
    private var handle: PostgresHandle?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ address: String) { self.address = address }

    /// Runs `work`, which does not wait for anything else.
    ///
    /// A connection that broke before is made anew; one that breaks during `work` fails it, because nobody knows what
    /// was carried out.
    func run<T: Sendable>(_ work: @Sendable (borrowing PostgresSession) throws -> T) throws -> T {
        let handle = try connected()
        do {
            return try work(PostgresSession(handle))
        } catch let error as FeatureStoreError where error.code == .storageUnavailable {
            self.handle = nil
            throw error
        }
    }

    private func connected() throws -> PostgresHandle {
        if let handle, handle.isOpen { return handle }
        handle = nil
        let made = try PostgresHandle(address)
        handle = made
        return made
    }
}
