import Testing

@testable import LabHosts

@Suite struct K3sSettingsTests {
    @Test func `files, flags and environment win over each other in k3s's order`() {
        var settings = K3sSettings(
            """
            # a comment
            "server": "https://10.0.0.1:6443"
            token: file
            node-label:
              - a=b
              - 'c=d'
            cluster-init: true
            """)
        #expect(settings["server"] == "https://10.0.0.1:6443")
        #expect(settings.list("node-label") == ["a=b", "c=d"])
        #expect(settings.isOn("cluster-init") && !settings.isOn("cluster-reset"))
        settings.add(K3sSettings("node-label+:\n- e=f\ntoken: later\n"))
        #expect(settings.list("node-label") == ["a=b", "c=d", "e=f"])
        settings.take(environment: { ["K3S_TOKEN": "unit", "K3S_NODE_NAME": "n"][$0] })
        #expect(settings["token"] == "later" && settings["node-name"] == "n")
        #expect(settings.take(["-t", "flag", "--tls-san=a,b", "--tls-san", "c"]) == nil)
        #expect(settings["token"] == "flag" && settings.list("tls-san") == ["a", "b", "c"])
    }

    @Test func `a switch takes no word, and may be switched off`() {
        var settings = K3sSettings("etcd-s3: true")
        #expect(settings.take(["--cluster-reset", "--etcd-s3=false"]) == nil)
        #expect(settings.isOn("cluster-reset") && !settings.isOn("etcd-s3"))
    }

    @Test func `a flag nobody knows is named`() {
        var settings = K3sSettings()
        #expect(settings.take(["--cluster-init", "--frobnicate=1"]) == "--frobnicate=1")
        #expect(settings.take(["--frobnicate"]) == "--frobnicate")
        #expect(settings.take(["stray"]) == "stray")
        #expect(settings.take(["--token"]) == "--token")
    }
}
