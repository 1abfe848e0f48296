"""Values as platform teams set them, by what they are about."""

from collections.abc import Mapping
from typing import Any, Final

KEDA: Final = {"keda": {"enabled": True}}
TLS: Final = {"tls": {"enabled": True, "existingSecret": "gateway-tls"}}
MTLS: Final = {
    "tls": {
        "enabled": True,
        "existingSecret": "gateway-tls",
        "clientCa": {"enabled": True, "existingSecret": "clients"},
    }
}
API_KEYS: Final = {"apiKeys": {"enabled": True, "existingSecret": "clients-keys"}}
MODELS: Final = {
    "claude": {"enabled": True},
    "vllm": {"url": "http://vllm.models:8000/v1", "model": "llama", "auth": {"enabled": True}},
}
WEAVIATE: Final = {"weaviate": {"url": "http://weaviate.data:8080", "auth": {"enabled": True}}}
CONTROLLER: Final = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}]
PROMETHEUS: Final = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
INGRESS: Final = {
    "networkPolicy": {"ingressController": CONTROLLER},
    "flower": {
        "urlPrefix": "flower",
        "ingress": {"enabled": True, "hosts": ["qa.test"], "tls": [{"hosts": ["qa.test"], "secretName": "qa-tls"}]},
    },
    "gateway": {"ingress": {"enabled": True, "className": "nginx", "hosts": ["grpc.qa.test"]}},
}
MONITORING: Final = {
    "networkPolicy": {"monitoring": PROMETHEUS},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "prometheusRule": {"enabled": True, "labels": {"release": "prometheus"}},
    "grafanaDashboards": {"enabled": True},
}
OFF: Final = {
    "gateway": {
        "autoscaling": {"enabled": False},
        "podDisruptionBudget": {"enabled": False},
        "service": {"headless": False},
    },
    "workers": {"bulk": {"enabled": False}, "model": {"enabled": False}},
    "flower": {"enabled": False},
    "migration": {"enabled": False},
    "networkPolicy": {"enabled": False},
    "serviceAccount": {"create": False},
    "pod": {"topologySpread": "none"},
    "securityContext": {"runAsUser": None},
}
PODS: Final = {
    "pod": {
        "annotations": {"team": "qa"},
        "labels": {"cost": "qa"},
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "qa", "operator": "Exists"}],
        "priorityClassName": "batch",
        "topologySpread": "DoNotSchedule",
        "extraEnv": [{"name": "TESTDATA_CASSETTES", "value": "/cassettes"}],
        "extraVolumes": [{"name": "cassettes", "configMap": {"name": "cassettes"}}],
        "extraVolumeMounts": [{"name": "cassettes", "mountPath": "/cassettes"}],
        "affinity": {"nodeAffinity": {}},
    },
    "commonLabels": {"owner": "qa"},
    "imagePullSecrets": [{"name": "pull"}],
}
QUEUES: Final = {
    "workers": {
        "model-far": {
            "queues": ["model"],
            "pool": "threads",
            "concurrency": 20,
            "resources": {"limits": {"memory": "1Gi"}},
            "replicas": 1,
            "pod": {"nodeSelector": {"zone": "far"}},
        },
        "all": {
            "queues": ["bulk", "model"],
            "pool": "threads",
            "concurrency": 5,
            "resources": {"limits": {"memory": "1Gi"}},
        },
    }
}
IMAGES: Final = {
    "image": {"registry": "registry.test/own/", "tag": "1.2.3", "pullPolicy": "Always"},
    "gateway": {"image": {"repository": "tda/gateway", "digest": f"sha256:{'0' * 64}"}},
    "workerDefaults": {"image": {"repository": "tda/worker"}},
}
SETTINGS: Final = {
    "settings": {
        "MAX_MESSAGE_BYTES": 67108864,
        "LOG_LEVEL": "debug",
        "TRACING_ENABLED": True,
        "COHERENCE_THRESHOLD": 0.9,
    }
}

#: Every one is rendered, and validated as Kubernetes of several versions would.
COMBINATIONS: Final[Mapping[str, tuple[Mapping[str, Any], ...]]] = {
    "nothing said": (),
    "everything off": (OFF,),
    "everything on": (KEDA, MTLS, API_KEYS, MODELS, WEAVIATE, INGRESS, MONITORING, PODS, QUEUES, IMAGES, SETTINGS),
    "KEDA asks the ledger": (KEDA,),
    "KEDA asks Prometheus": (
        {"keda": {"enabled": True, "trigger": "prometheus", "prometheusUrl": "http://prom:9090"}},
    ),
    "TLS": (TLS,),
    "mTLS": (MTLS,),
    "API keys": (API_KEYS,),
    "API keys over TLS, tried by a test": (
        MTLS,
        API_KEYS,
        {"tests": {"apiKey": {"existingSecret": "a"}, "clientCertificate": {"existingSecret": "b"}}},
    ),
    "models": (MODELS,),
    "Weaviate": (WEAVIATE,),
    "ingress": (INGRESS,),
    "monitoring": (MONITORING,),
    "own images": (IMAGES,),
    "several queues": (QUEUES, MODELS),
    "pods placed": (PODS,),
    "settings": (SETTINGS,),
    "no network policy": ({"networkPolicy": {"enabled": False}},),
    "a long name": ({"fullnameOverride": "a" * 60}, QUEUES, KEDA),
}
