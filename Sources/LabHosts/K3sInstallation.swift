/// The files k3s' installation leaves on a machine, and the script that
/// installs it, in the lab's own words.
struct K3sInstallation {
    /// `k3s` on a server, `k3s-agent` on a worker: the name of its unit.
    let unit: String
    /// The words after `/usr/local/bin/k3s` in the unit.
    let arguments: [String]
    let version: String

    private var isServer: Bool { unit == "k3s" }

    /// Programs in `/usr/local/bin` that are links to this one.
    static let programs = ["k3s", "kubectl", "crictl", "ctr"]

    /// Installs into the tree at `root`, on the machine itself into ``; the unit
    /// is not enabled.
    func install(_ root: String) throws(DiskError) {
        let bin = root.isEmpty ? "/usr/local/bin" : NodeTree.place("/usr/local/bin", in: root)
        for program in K3sInstallation.programs {
            try Disk.link("\(bin)/\(program)", to: Sandbox.program)
        }
        try Disk.write("\(bin)/k3s-killall.sh", K3sInstallation.killall, mode: 0o755)
        let uninstall = isServer ? "k3s-uninstall.sh" : "k3s-agent-uninstall.sh"
        try Disk.write("\(bin)/\(uninstall)", self.uninstall(uninstall), mode: 0o755)
        let system = "\(root)/etc/systemd/system"
        try Disk.write("\(system)/\(unit).service", unitFile)
        try Disk.write("\(system)/\(unit).service.env", "", mode: 0o600)
        try Disk.makeFolder("\(root)/opt/k3s")
        try Disk.write("\(root)/opt/k3s/install.sh", installer, mode: 0o755)
    }

    private var unitFile: String {
        """
        [Unit]
        Description=Lightweight Kubernetes
        Documentation=https://k3s.io
        Wants=network-online.target
        After=network-online.target

        [Install]
        WantedBy=multi-user.target

        [Service]
        Type=notify
        EnvironmentFile=-/etc/default/%N
        EnvironmentFile=-/etc/sysconfig/%N
        EnvironmentFile=-/etc/systemd/system/\(unit).service.env
        KillMode=process
        Delegate=yes
        User=root
        LimitNOFILE=1048576
        TimeoutStartSec=0
        Restart=always
        RestartSec=5s
        ExecStart=/usr/local/bin/k3s \\
        \(arguments.map { "    '\($0)' \\\n" }.joined())

        """
    }

    // MARK: scripts

    /// Stops k3s, then every container; data stays.
    static let killall = """
        #!/bin/sh
        # Simulated: what k3s' script of this name does, as far as there is such a thing here.
        for unit in /etc/systemd/system/k3s*.service; do
            [ -s "$unit" ] && systemctl stop "$(basename "$unit")"
        done
        /run/lab/recover-lab machine end-containers || exit
        rm -rf /run/k3s /run/flannel /var/lib/cni

        """

    /// Removes k3s and all its data, local volumes among it; the node's password
    /// stays.
    private func uninstall(_ name: String) -> String {
        """
        #!/bin/sh
        # Simulated: what k3s' script of this name does, as far as there is such a thing here.
        /usr/local/bin/k3s-killall.sh || exit
        systemctl disable \(unit)
        systemctl reset-failed \(unit)
        rm -f /etc/systemd/system/\(unit).service /etc/systemd/system/\(unit).service.env
        systemctl daemon-reload
        rm -f /usr/local/bin/\(name)
        if ls /etc/systemd/system/k3s*.service >/dev/null 2>&1; then
            echo 'Additional k3s services installed, skipping uninstall of k3s'
            exit
        fi
        for program in kubectl crictl ctr; do rm -f "/usr/local/bin/$program"; done
        rm -rf /etc/rancher/k3s /run/k3s /run/flannel /var/lib/rancher/k3s /var/lib/kubelet
        rm -f /usr/local/bin/k3s /usr/local/bin/k3s-killall.sh

        """
    }

    /// The installer, without a network: it knows one version only.
    private var installer: String {
        """
        #!/bin/sh
        # Simulated: k3s' installer, offline. It obeys INSTALL_K3S_VERSION, INSTALL_K3S_EXEC,
        # INSTALL_K3S_SKIP_START and INSTALL_K3S_SKIP_ENABLE, K3S_* and its arguments.
        set -e
        if [ "${INSTALL_K3S_VERSION:-\(version)}" != '\(version)' ]; then
            echo "[ERROR] there is only \(version) on this machine, not $INSTALL_K3S_VERSION" >&2
            exit 1
        fi
        eval set -- "$INSTALL_K3S_EXEC" '"$@"'
        case "$1" in
        server | agent) mode=$1 && shift ;;
        *) if [ -n "$K3S_URL" ]; then mode=agent; else mode=server; fi ;;
        esac
        if [ "$mode" = agent ]; then unit=k3s-agent; else unit=k3s; fi
        if [ "$mode" = agent ] && [ -z "$K3S_TOKEN" ] && [ -z "$K3S_TOKEN_FILE" ]; then
            [ -n "$K3S_URL" ] && echo '[ERROR] K3S_URL needs K3S_TOKEN or K3S_TOKEN_FILE' >&2 && exit 1
        fi
        /run/lab/recover-lab machine install-k3s "$unit" "$mode" "$@"
        umask 077
        env | grep '^K3S_' >"/etc/systemd/system/$unit.service.env" || true
        systemctl daemon-reload
        [ "$INSTALL_K3S_SKIP_ENABLE" = true ] || systemctl enable "$unit"
        [ "$INSTALL_K3S_SKIP_ENABLE" = true ] || [ "$INSTALL_K3S_SKIP_START" = true ] ||
            systemctl restart "$unit"

        """
    }
}
