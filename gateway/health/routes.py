"""Health for whoever watches this process: alive, able to work, and figures."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client.exposition import choose_encoder

from gateway.accounts.protection import protected_by, public
from gateway.health.access import LOOPBACK_OR_TOKEN
from gateway.health.metrics import registry_of
from gateway.health.readiness import readiness
from gateway.wiring import Gateway

blueprint = Blueprint("health", __name__)


def _gateway() -> Gateway:
    gateway: Gateway = current_app.extensions["gateway"]
    return gateway


@blueprint.get("/health/live")
@public("says that the process runs")
def live() -> Response:
    return jsonify({"status": "live"})


@blueprint.get("/health/ready")
@public("says how each dependency stands, in words of ours without an address")
def ready() -> tuple[Response, int]:
    """503 only when calls can't be answered: without SQL and Redis they still are."""
    found = readiness(_gateway())
    status = "ready" if found.is_ready else "not ready"
    return jsonify({"status": status, "dependencies": dict(found.dependencies)}), (
        200 if found.is_ready else 503
    )


@blueprint.get("/metrics")
@protected_by(LOOPBACK_OR_TOKEN)
def metrics() -> Response:
    """For Prometheus, in the format it asks for."""
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry_of(_gateway())), content_type=content_type)
