import Glibc
import LabThreads
import Processes
import Testing

@Suite(.serialized, .onLabThreads) struct FaultTests {
    @Test(.timeLimit(.minutes(10)))
    func `faults happen by name, show, and are refused where they do not fit`() async throws {
        let folder = Lab.folder("faults")
        let lab = try await Lab(folder)
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        let unknown = try lab.run(["fault", folder, "frobnicate", "oci-arm"])
        #expect(unknown.ending == .exited(3))
        #expect(unknown.error.text.contains("kill-node NODE"))
        let nowhere = try lab.run(["fault", folder, "kill-node", "rpi1"])
        #expect(nowhere.ending == .exited(3))
        #expect(nowhere.error.text.contains("there are: oci-arm"))
        let short = try lab.run(["fault", folder, "delete-object", "local"])
        #expect(short.ending == .exited(3) && short.error.text.contains("NAMESPACE NAME"))
        let keyless = try lab.run(["fault", folder, "lose-sealing-keys", "local"])
        #expect(keyless.ending == .exited(3) && keyless.error.text.contains("no sealed-secrets"))

        let stopped = try lab.run(["fault", folder, "stop-unit", "layer7-vps1", "k3s-agent"])
        #expect(stopped.ending.isSuccess)
        let state = try lab.enter("ssh layer7-vps1 systemctl is-active k3s-agent")
        #expect(state.output.text == "inactive\n")
        // GitOps would take a broken image back: it is paused first.
        let homelab = "kubectl --kubeconfig $XDG_CONFIG_HOME/recover/kubeconfig-homelab.yaml"
        _ = try lab.enter(
            "\(homelab) patch gitrepos.fleet.cattle.io oci-layer7 -n fleet-default --type merge "
                + "-p '{\"spec\":{\"paused\":true}}'; for i in $(seq 100); do \(homelab) get "
                + "bundledeployments.fleet.cattle.io -A -o jsonpath='{.items[*].spec.paused}' "
                + "| grep -q true && break; sleep 0.1; done")
        let broken = try lab.run([
            "fault", folder, "break-image", "local", "drill", "deployment", "web",
        ])
        #expect(broken.ending.isSuccess)
        let image = try lab.enter(
            "kubectl get deployment web -n drill "
                + "-o jsonpath='{.spec.template.spec.containers[*].image}'")
        #expect(image.output.text == "registry.invalid/lost:gone")
        let gone = try lab.run([
            "fault", folder, "delete-object", "homelab", "gitrepos.fleet.cattle.io",
            "fleet-default", "oci-layer7",
        ])
        #expect(gone.ending.isSuccess)
        #expect(
            try lab.run([
                "fault", folder, "delete-object", "homelab", "gitrepos.fleet.cattle.io",
                "fleet-default", "oci-layer7",
            ]).ending != .exited(0))
        let wiped = try lab.run(["fault", folder, "wipe-datastore", "oci-arm"])
        #expect(wiped.ending.isSuccess)
        let left = try lab.enter("ssh oci-arm ls /var/lib/rancher/k3s/server")
        #expect(!left.output.text.contains("db\n") && left.output.text.contains("tls\n"))
    }

    @Test(.timeLimit(.minutes(10)))
    func `a mirror in registries.yaml counts from the next start of k3s`() async throws {
        let folder = Lab.folder("mirror")
        let lab = try await Lab(folder)
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        let hosts =
            "/var/lib/rancher/k3s/agent/etc/containerd/certs.d/registry.invalid/hosts.toml"
        let mirrors =
            "mirrors: {registry.invalid: {endpoint: [\"http://192.0.2.9:5000\"]}}"
        let written = try lab.enter(
            "echo '\(mirrors)' | ssh layer7-vps1 install -D /dev/stdin "
                + "/etc/rancher/k3s/registries.yaml; ssh layer7-vps1 cat \(hosts)")
        #expect(!written.ending.isSuccess)
        let restarted = try lab.enter(
            "ssh layer7-vps1 systemctl restart k3s-agent; ssh layer7-vps1 cat \(hosts)")
        #expect(restarted.output.text.contains("http://192.0.2.9:5000"))
    }

    @Test(.timeLimit(.minutes(10)))
    func `clocks, doors and names go wrong`() async throws {
        let folder = Lab.folder("doors")
        let lab = try await Lab(folder)
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        let skewed = try lab.run(["fault", folder, "skew-clock", "layer7-vps1", "90"])
        #expect(skewed.ending.isSuccess)
        let clock = try lab.enter("ssh layer7-vps1 timedatectl show -p NTPSynchronized --value")
        #expect(clock.output.text == "no\n")
        #expect(try lab.run(["fault", folder, "cut-door", "dns"]).ending.isSuccess)
        let door = try lab.run(["fault", folder, "cut-door", "moat"])
        #expect(door.ending == .exited(3) && door.error.text.contains("upstream"))
        let wrong = try lab.run(["fault", folder, "wrong-name", "web.invalid", "192.0.2"])
        #expect(wrong.ending == .exited(3) && wrong.error.text.contains("no IPv4 address"))
    }
}
