import JSON
import Testing

@testable import LabHosts

@Suite struct MachineTests {
    private var host: HostDeclaration {
        HostDeclaration(
            name: "n1", cluster: "c", role: .worker, address: "10.0.0.7",
            internalAddress: "10.0.0.7", externalAddress: "203.0.113.7", version: "v1",
            server: "https://10.0.0.1:6443")
    }

    @Test func `the clock says what it was set to`() {
        let right = MachineClock()
        let wrong = MachineClock(isSynchronized: false, skew: -90)
        let words = ["show", "-p", "NTPSynchronized", "--value"]
        #expect(right.answer("timedatectl", words)?.output == "yes\n")
        #expect(wrong.answer("timedatectl", words)?.output == "no\n")
        #expect(
            wrong.answer("chronyc", ["tracking"])?.output.contains("90.000000000 seconds slow")
                == true)
        #expect(right.answer("timedatectl", [])?.output.contains("synchronized: yes") == true)
        #expect(right.answer("timedatectl", ["set-ntp", "true"]) == nil)
        #expect(right.answer("timedatectl", ["show", "-p", "Nonsense"]) == nil)
    }

    @Test func `a machine has its own addresses only, and no name of the cluster`() throws {
        var state = MachineState()
        state.joined(host)
        let network = NetworkPrograms(
            host: host, state: state, names: "127.0.0.1 localhost\n10.0.0.1 registry\n",
            peers: [
                WireGuardPeer(
                    key: "K=", endpoint: "1.2.3.4:51820", network: "10.42.1.0/24", handshake: 5)
            ])
        let addresses = try #require(network.answer("ip", ["-4", "addr"]))
        #expect(addresses.output.contains("10.0.0.7/24") && !addresses.output.contains("203.0"))
        #expect(network.answer("ip", ["link", "show", "cni0"])?.exit == 0)
        #expect(network.answer("ip", ["link", "show", "cilium_host"])?.exit == 1)
        #expect(network.answer("ip", ["route"]) == nil)
        #expect(network.answer("getent", ["hosts", "zot.zot.svc.cluster.local"])?.exit == 2)
        #expect(network.answer("getent", ["hosts", "registry"])?.output == "10.0.0.1 registry\n")
        var resolving = network
        resolving.nameServers = ["192.0.2.53"]
        resolving.lookUp = { $0 == "shop.example" ? ["10.3.3.3"] : $0 == "registry" ? ["::"] : [] }
        #expect(
            resolving.answer("getent", ["hosts", "shop.example"])?.output
                == "10.3.3.3 shop.example\n")
        // Its own file comes first.
        #expect(resolving.answer("getent", ["hosts", "registry"])?.output == "10.0.0.1 registry\n")
        #expect(
            resolving.answer("getent", ["ahostsv4", "shop.example"])?.output
                == "10.3.3.3 STREAM shop.example\n10.3.3.3 DGRAM\n10.3.3.3 RAW\n")
        #expect(
            resolving.answer("resolvectl", ["dns"])?.output
                == "Global:\nLink 2 (eth0): 192.0.2.53\n")
        #expect(network.answer("wg", ["show", "flannel-wg"])?.exit == 1)
        #expect(network.answer("wg", ["genkey"]) == nil)
    }

    @Test func `WireGuard peers are shown where flannel uses it`() {
        var declaration = host
        declaration.networkBackend = "wireguard"
        var state = MachineState()
        state.joined(declaration)
        let peer = WireGuardPeer(
            key: "K=", endpoint: "1.2.3.4:51820", network: "10.42.1.0/24", handshake: nil)
        let network = NetworkPrograms(host: declaration, state: state, names: "", peers: [peer])
        let output = network.answer("wg", ["show", "flannel-wg"])?.output ?? ""
        #expect(output.contains("peer: K=") && output.contains("endpoint: 1.2.3.4:51820"))
        #expect(!output.contains("handshake"))
    }

    @Test func `killall takes the network along only where Cilium's interfaces are left`() {
        var flannel = MachineState()
        flannel.joined(host)
        let flannelLost = flannel.end()
        #expect(!flannelLost && flannel.links.isEmpty)
        var declaration = host
        declaration.network = "cilium"
        var cilium = MachineState()
        cilium.joined(declaration)
        var cleaned = cilium
        cleaned.links.removeAll { $0.hasPrefix("cilium_") }
        let ciliumLost = cilium.end()
        let cleanedLost = cleaned.end()
        #expect(ciliumLost && !cleanedLost)
    }

    @Test func `containers that k3s left behind can be seen`() {
        let container = PodContainer(
            id: "abc", name: "web", pod: "web-1", namespace: "drill", image: "web:1")
        let list = ProcessList(units: [], containers: [container])
        #expect(list.answer("pgrep", ["-f", "containerd-shim"])?.exit == 0)
        #expect(
            list.answer("ps", ["-e", "-o", "pid=", "-o", "args="])?.output.contains("-id abc")
                == true)
        #expect(
            ProcessList(units: [], containers: []).answer("pgrep", ["-f", "containerd"])?.exit == 1)
        #expect(list.answer("ps", ["--forest"]) == nil)
        #expect(PodContainer(json: container.json) == container)
    }

    @Test func `an address is found and what nc cannot do is refused`() throws {
        let call = try #require(NetcatProgram.Call(["-zvw3", "10.0.0.241", "6443"]))
        #expect(call.host == "10.0.0.241" && call.port == 6443 && call.seconds == 3 && call.isLoud)
        #expect(NetcatProgram.Call(["-l", "80"]) == nil)
        #expect(NetcatProgram.Call(["10.0.0.1", "80"]) == nil)
    }

    @Test func `an address that moved takes its machine along`() {
        let moved = host.moved(AddressMove(from: "10.0.0.7", to: "10.0.0.99"))
        #expect(moved.internalAddress == "10.0.0.99" && moved.address == "10.0.0.99")
        #expect(moved.externalAddress == "203.0.113.7" && host.moved(nil) == host)
    }

    @Test func `the state of a machine is kept whole`() {
        var state = MachineState()
        state.isCut = true
        state.clock = MachineClock(isSynchronized: false, skew: 7)
        state.joined(host)
        #expect(MachineState(json: state.json) == state)
    }
}
