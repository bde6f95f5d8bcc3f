"""The two kubectls the lab is for."""

import os
import shutil
import subprocess
import threading

LIMIT = 90


class Kubectl:
    def __init__(self, version, tools, place):
        self.home = f"{place}/home-{version}"
        os.makedirs(self.home, exist_ok=True)
        old = f"{tools}/usr/bin/kubectl"
        self.program = old if version == "1.20" else shutil.which("kubectl")
        self.environment = {
            "HOME": self.home, "KUBECONFIG": f"{place}/kubeconfig", "PATH": "/usr/bin:/bin"}
        said = self.run(["version", "--client"], "/")[1]
        if f'v{version}.' not in said:
            raise RuntimeError(f"{self.program} is not kubectl {version}: {said}")

    def forget(self):
        """Empties the discovery cache: with one, some refusals come later."""
        shutil.rmtree(f"{self.home}/.kube", ignore_errors=True)

    def run(self, words, folder, stdin=None, meanwhile=None, limit=LIMIT):
        process = subprocess.Popen(
            [self.program] + words, cwd=folder, env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        beside = threading.Thread(target=meanwhile) if meanwhile else None
        if beside:
            beside.start()
        try:
            stdout, stderr = process.communicate(stdin or "", timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
        if beside:
            beside.join()
        return process.returncode, stdout, stderr
