"""What the operators beside Kubernetes take, as far as the chart uses it; a field not named here is a mistake."""

from collections.abc import Mapping
from typing import Any, Final

_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "object", "additionalProperties": _TEXT}
_COUNT: Final = {"type": "integer", "minimum": 0}


def _object(required: str = "", **fields: Any) -> Mapping[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": fields,
        "required": required.split(),
    }


def _list(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "array", "items": item, "minItems": 1}


def _kind(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = _object("name labels", name=_TEXT, labels=_TEXTS, annotations=_TEXTS)
    return _object("apiVersion kind metadata spec", apiVersion=_TEXT, kind=_TEXT, metadata=metadata, spec=spec)


_SCALED_OBJECT: Final = _object(
    "scaleTargetRef triggers",
    scaleTargetRef=_object("name", name=_TEXT),
    minReplicaCount=_COUNT,
    maxReplicaCount=_COUNT,
    pollingInterval=_COUNT,
    cooldownPeriod=_COUNT,
    fallback=_object("failureThreshold replicas", failureThreshold=_COUNT, replicas=_COUNT),
    advanced=_object(
        horizontalPodAutoscalerConfig=_object(
            behavior=_object(scaleDown=_object(stabilizationWindowSeconds={**_COUNT, "maximum": 3600}))
        )
    ),
    triggers=_list(
        _object(
            "type metadata",
            type=_TEXT,
            metricType={"enum": ["AverageValue", "Value"]},
            # Numbers, too, are texts there.
            metadata=_TEXTS,
            authenticationRef=_object("name", name=_TEXT),
        )
    ),
)

_TRIGGER_AUTHENTICATION: Final = _object(
    "secretTargetRef",
    secretTargetRef=_list(_object("parameter name key", parameter=_TEXT, name=_TEXT, key=_TEXT)),
)

_SERVICE_MONITOR: Final = _object(
    "selector endpoints",
    selector=_object("matchLabels", matchLabels=_TEXTS),
    endpoints=_list(_object("port", port=_TEXT, path=_TEXT, interval=_TEXT, scrapeTimeout=_TEXT)),
)

_PROMETHEUS_RULE: Final = _object(
    "groups",
    groups=_list(
        _object(
            "name rules",
            name=_TEXT,
            interval=_TEXT,
            rules=_list(
                {
                    **_object(
                        "expr",
                        alert=_TEXT,
                        record=_TEXT,
                        expr=_TEXT,
                        labels=_TEXTS,
                        annotations=_TEXTS,
                        keep_firing_for=_TEXT,
                        **{"for": _TEXT},
                    ),
                    "oneOf": [{"required": ["alert"]}, {"required": ["record"]}],
                }
            ),
        )
    ),
)

#: By apiVersion and kind.
OPERATORS: Final = {
    ("keda.sh/v1alpha1", "ScaledObject"): _kind(_SCALED_OBJECT),
    ("keda.sh/v1alpha1", "TriggerAuthentication"): _kind(_TRIGGER_AUTHENTICATION),
    ("monitoring.coreos.com/v1", "ServiceMonitor"): _kind(_SERVICE_MONITOR),
    ("monitoring.coreos.com/v1", "PrometheusRule"): _kind(_PROMETHEUS_RULE),
}
