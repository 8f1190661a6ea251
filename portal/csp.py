"""Two content security policies: strict for our pages, and what Alpine needs for the admin shell."""

from __future__ import annotations

from typing import Any

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware

ADMIN_POLICY: dict[str, Any] = {
    "default-src": [SELF],
    "script-src": [SELF, NONCE, UNSAFE_EVAL],
    "style-src-elem": [SELF],
    "style-src-attr": [UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "form-action": [SELF],
}


class PolicyByShell(CSPMiddleware):
    """Django-csp's middleware, with the admin shell's policy below `/admin/`."""

    def process_response(self, request: Any, response: Any) -> Any:
        if request.path.startswith("/admin/"):
            response._csp_config = ADMIN_POLICY
        return super().process_response(request, response)
