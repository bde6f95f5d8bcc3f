import JSON
import Testing

@testable import LabHosts

@Suite struct UnitRecordTests {
    private func started(_ change: (inout UnitRecord) -> Void = { _ in }) -> UnitRecord {
        var record = UnitRecord(name: "a.service", isTransient: true, command: ["/bin/true"])
        record.type = "exec"
        change(&record)
        record.begin(invocation: "0123")
        record.executed()
        return record
    }

    @Test func `a unit that remains after its exit is active and exited`() {
        var record = started { $0.remainsAfterExit = true }
        #expect(record.active == "active" && record.sub == "running")
        record.end(.exited(0))
        #expect(record.active == "active" && record.sub == "exited" && !record.isForgotten)
        #expect(
            record.properties["ExecMainCode"] == "1" && record.properties["ExecMainStatus"] == "0")
    }

    @Test func `a failed unit keeps its status until it is reset`() {
        var record = started { $0.remainsAfterExit = true }
        record.end(.exited(7))
        #expect(record.active == "failed" && record.result == "exit-code" && record.mainStatus == 7)
        #expect(!record.isForgotten)
        record.settle()
        #expect(record.isForgotten)
    }

    @Test func `a signal is not an exit`() {
        var record = started()
        record.end(.signalled(9))
        #expect(record.result == "signal" && record.mainCode == 2 && record.mainStatus == 9)
    }

    @Test func `a unit stopped by SIGTERM did not fail`() {
        var record = started()
        record.stop()
        record.end(.signalled(15))
        #expect(record.active == "inactive" && record.result == "success")
    }

    @Test func `a notify unit is not active before it says so`() {
        var record = started { $0.type = "notify" }
        #expect(record.active == "activating")
        record.ready()
        #expect(record.active == "active")
    }

    @Test func `the file holds the whole record`() {
        var record = started {
            $0.output = "file:/run/o"
            $0.restart = "on-failure"
            $0.environment = ["A=b"]
            $0.environmentFiles = ["-/etc/x"]
        }
        record.end(.exited(3))
        #expect(UnitRecord(json: record.json) == record)
    }
}
