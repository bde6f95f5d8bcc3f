internal import Glibc
public import JSON

/// A socket on which programs ask the world process questions.
public final class Door: Sendable {
    private let listener: Int32

    /// Listens at `path`. `answer` runs on a thread of its own per connection;
    /// it gets the question and the connection, which it may keep using until
    /// it returns.
    public init(
        _ path: String, answer: @escaping @Sendable (JSONValue, LineSocket) -> Void
    ) throws(DiskError) {
        let listener = LineSocket.listen(path)
        guard listener >= 0 else { throw DiskError(path: path, code: errno) }
        self.listener = listener
        Background.run {
            while let connection = LineSocket.accept(listener) {
                Background.run {
                    if let question = connection.receive() { answer(question, connection) }
                    connection.close()
                }
            }
        }
    }

    /// Answers nobody any more.
    public func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }
}
