import Glibc
import Testing

@testable import LabHosts

@Suite struct DarkDoorTests {
    @Test(.timeLimit(.minutes(10)))
    func `who knocks at a dark door waits, and behind it the port is free again`() throws {
        let address = "127.66.\(UInt8.random(in: 1...250)).\(UInt8.random(in: 1...250))"
        let port = UInt16.random(in: 20000...30000)
        let door = try DarkDoor(address: address, port: port)
        let start = ContinuousClock.now
        #expect(!Connection.isOpen(address, port, seconds: 1))
        #expect(ContinuousClock.now - start > .milliseconds(900))
        #expect(!Connection.isOpen(address, port, seconds: 1))
        door.close()
        let refused = ContinuousClock.now
        #expect(!Connection.isOpen(address, port, seconds: 8))
        #expect(ContinuousClock.now - refused < .seconds(7))
        try DarkDoor(address: address, port: port).close()
    }
}
