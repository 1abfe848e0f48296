"""What a kubelet would do with rendered pods, with processes of this machine: commands, variables, probes, ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2

from tests.chart.rendering import ROOT, Object, Objects, container

#: What an image starts where the chart says nothing.
_OF_IMAGES = {"gateway": ["python", "-m", "gateway"]}
#: Variables that say where a process listens, by the port of its container.
_PORTS = {"GRPC_PORT": "9091", "HTTP_PORT": "8091", "WORKER_METRICS_PORT": "8092", "FLOWER_PORT": "5555"}


@dataclass
class Running:
    """A pod that was started.

    Attributes:
        ports: Of this machine, by those of the container.
    """

    pod: Object
    process: "subprocess.Popen[bytes]"
    environment: Mapping[str, str]
    ports: Mapping[str, str]
    log: Path

    def passes(self, probe: Mapping[str, Any]) -> bool:
        """Asks once, as a kubelet does."""
        if "grpc" in probe:
            return self._serves(self.ports[str(probe["grpc"]["port"])])
        if "exec" in probe:
            return subprocess.run(probe["exec"]["command"], env=self.environment, check=False).returncode == 0
        named = {port["name"]: str(port["containerPort"]) for port in container(self.pod)["ports"]}
        asked = probe["httpGet"]
        try:
            url = f"http://localhost:{self.ports[named[asked['port']]]}{asked['path']}"
            return bool(urllib.request.urlopen(url, timeout=5).status == 200)
        except OSError:
            return False

    @staticmethod
    def _serves(port: str) -> bool:
        with grpc.insecure_channel(f"localhost:{port}") as channel:
            try:
                answer = channel.unary_unary(
                    "/grpc.health.v1.Health/Check",
                    request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                    response_deserializer=health_pb2.HealthCheckResponse.FromString,
                )(health_pb2.HealthCheckRequest(), timeout=5)
            except grpc.RpcError:
                return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    def comes_up(self) -> None:
        """Returns once all probes have passed; the suite's timeout ends a test where they do not."""
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            while not self.passes(container(self.pod)[kind]):
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)

    def ends(self) -> float:
        """Tells it to; the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(self.pod["spec"]["terminationGracePeriodSeconds"])
        return time.monotonic() - began


@dataclass
class Site:
    """A cluster of one machine.

    Attributes:
        folder: For logs, and what containers have as /tmp.
        rendered: The release.
        secrets: What the Secrets hold that variables come out of, by key.
        mounted: What those hold that are mounted, by name and key.
    """

    folder: Path
    rendered: Objects
    secrets: Mapping[str, str]
    mounted: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    running: list[Running] = field(default_factory=list)

    def start(self, component: str) -> Running:
        """Starts a pod."""
        pod = self.rendered.pods[component]
        folder = self.folder / component
        folder.mkdir()
        ports = {number: _free_port() for number in _PORTS.values()}
        environment = self._environment(pod, folder, ports)
        log = folder / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                self._words(component, pod, folder), env=environment, cwd=folder, stdout=out, stderr=out
            )
        started = Running(pod, process, environment, ports, log)
        self.running.append(started)
        return started

    def runs(self, component: str, known: Mapping[str, str]) -> str:
        """Runs a pod to its end; what it wrote. `known` has places of this machine by the chart's."""
        pod = self.rendered.pods[component]
        folder = self.folder / component
        folder.mkdir()
        words = [_placed(word, known) for word in self._words(component, pod, folder)]
        environment = {name: _placed(value, known) for name, value in self._environment(pod, folder, {}).items()}
        done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def close(self) -> None:
        """Ends what is left."""
        for each in self.running:
            if each.process.poll() is None:
                each.process.kill()
                each.process.wait()

    def _words(self, component: str, pod: Object, folder: Path) -> Sequence[str]:
        only = container(pod)
        words = [*only.get("command", _OF_IMAGES.get(component, [])), *only.get("args", [])]
        return [_placed(word, {"/tmp/": f"{folder}/"}) for word in words]

    def _environment(self, pod: Object, folder: Path, ports: Mapping[str, str]) -> dict[str, str]:
        only = container(pod)
        places = {"/tmp/": f"{folder}/", **self._mounted(pod, folder)}
        given: dict[str, str] = {}
        for source in only.get("envFrom", []):
            given |= self.rendered.the("ConfigMap", source["configMapRef"]["name"])["data"]
        for each in only["env"]:
            secret = each.get("valueFrom", {}).get("secretKeyRef")
            given[each["name"]] = self.secrets[secret["key"]] if secret else _placed(each["value"], places)
        own = {name: ports[number] for name, number in _PORTS.items() if name in given}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {"PATH": path, "PYTHONPATH": str(ROOT), **given, **own}

    def _mounted(self, pod: Object, folder: Path) -> dict[str, str]:
        """Lays the pod's Secrets down in the folder; where each is, by where its container has it."""
        places = {}
        secrets = {volume["name"]: volume["secret"] for volume in pod["spec"]["volumes"] if "secret" in volume}
        for mount in container(pod)["volumeMounts"]:
            if mount["name"] in secrets:
                secret = secrets[mount["name"]]
                held = self.mounted[secret["secretName"]]
                here = folder / mount["name"]
                here.mkdir()
                items = secret.get("items") or [{"key": key, "path": key} for key in held]
                for item in items:
                    (here / item["path"]).symlink_to(held[item["key"]])
                places[f"{mount['mountPath']}/"] = f"{here}/"
        return places


def _placed(text: str, places: Mapping[str, str]) -> str:
    for theirs, ours in places.items():
        text = text.replace(theirs, ours)
    return text


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
