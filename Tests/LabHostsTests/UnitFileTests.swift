import Testing

@testable import LabHosts

@Suite struct UnitFileTests {
    private func file(_ texts: String...) -> UnitFile {
        UnitFile(
            "k3s.service", texts.enumerated().map { (path: "/\($0.offset)", text: $0.element) })
    }

    @Test func `the installer's unit is read as it is written`() {
        let file = file(
            """
            # a comment
            [Service]
            Type=notify
            EnvironmentFile=-/etc/default/%N
            KillMode=process
            Restart=always
            RestartSec=5s
            ExecStart=/usr/local/bin/k3s \\
                server \\
            \t'--tls-san=a b' \\

            [Install]
            WantedBy=multi-user.target
            """)
        #expect(file.command == ["/usr/local/bin/k3s", "server", "--tls-san=a b"])
        #expect(file.environmentFiles == ["-/etc/default/k3s"])
        #expect(file.type == "notify" && file.restart == "always" && file.restartSeconds == 5)
        #expect(file.wantedBy == ["multi-user.target"] && file.killMode == "process")
    }

    @Test func `a drop-in adds to lists, and an empty value empties them`() {
        let base = "[Service]\nExecStart=/bin/a\nEnvironment=A=1\nConditionPathExists=/x\n"
        let added = file(base, "[Unit]\nConditionPathExists=!/etc/k3s-dr-fence\n")
        #expect(added.conditions == ["/x", "!/etc/k3s-dr-fence"] && added.dropIns == ["/1"])
        let emptied = file(base, "ConditionPathExists=\nExecStart=\nExecStart=/bin/b\n")
        #expect(emptied.conditions.isEmpty && emptied.command == ["/bin/b"])
    }

    @Test func `what the lab cannot obey is known as such`() {
        #expect(file("ConditionHost=x\n").unsimulated == ["ConditionHost=x"])
        #expect(file("User=nobody\n").unsimulated == ["User=nobody"])
        #expect(file("User=root\nExecStartPre=-/sbin/modprobe x\n").unsimulated.isEmpty)
        #expect(file("ExecStartPre=/bin/sh -c x\n").unsimulated.count == 1)
    }

    @Test func `variables of a command are put in as systemd does`() {
        let values = ["ARGS": "--a '--b c'", "NAME": "n d"]
        let words = ["/bin/k", "$ARGS", "x=${NAME}", "a$b", "$$x", "$NONE"]
        #expect(
            UnitEnvironment.expanded(words, values)
                == ["/bin/k", "--a", "--b c", "x=n d", "a$b", "$x"])
    }

    @Test func `lines of an environment file lose their quotes`() {
        var environment = UnitEnvironment()
        for line in ["# no", "K3S_URL='https://x:6443'", "T=\"a b\"", "P=plain", "nothing"] {
            environment.add(line)
        }
        #expect(environment.values == ["K3S_URL": "https://x:6443", "T": "a b", "P": "plain"])
    }
}
