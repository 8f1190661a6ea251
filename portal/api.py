"""The ground floor's API: tokens, who am I."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from portal import tenancy, tokens
from portal.api_auth import SignedIn
from portal.memberships import memberships_of
from portal.roles import MATRIX, i_may
from portal.sign_in import record_sign_in


class CredentialsSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=200, trim_whitespace=False, write_only=True)
    organization = serializers.SlugField(
        required=False, help_text="Which of your organizations; the one you have belonged to longest if omitted."
    )


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=2000)


class PairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)


class MeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True)
    organization = serializers.CharField(read_only=True)
    role = serializers.CharField(read_only=True)
    capabilities = serializers.ListField(child=serializers.CharField(), read_only=True)


class ProofView(APIView):
    """A view that nobody signs in to: what is sent is the proof, and a wrong one is answered with 401."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def get_authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="api"'


class TokenView(ProofView):
    """Sign in with e-mail and password; returns a 10-minute access token and a rotating refresh token."""

    @extend_schema(request=CredentialsSerializer, responses=PairSerializer, auth=[])
    def post(self, request: Any) -> Response:
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = authenticate(
            request._request,
            username=given.validated_data["email"],
            password=given.validated_data["password"],
        )
        if user is None:
            raise AuthenticationFailed("email or password: they do not belong together; check both and try again")
        wanted = given.validated_data.get("organization")
        found = [m for m in memberships_of(user) if wanted in (None, m.organization.slug)]
        if not found:
            raise AuthenticationFailed("organization: you do not belong to it; leave the field out to use your first")
        record_sign_in(user, way="token", membership=found[0])
        return Response(PairSerializer(tokens.issue(user, found[0])).data)


class RefreshView(ProofView):
    """Exchange a refresh token for a new pair; each works once."""

    @extend_schema(request=RefreshSerializer, responses=PairSerializer, auth=[])
    def post(self, request: Any) -> Response:
        given = RefreshSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(PairSerializer(tokens.rotate(given.validated_data["refresh"])).data)


class RevokeView(ProofView):
    """Revoke a refresh token and everything that descended from it."""

    @extend_schema(request=RefreshSerializer, responses={204: None}, auth=[])
    def post(self, request: Any) -> Response:
        given = RefreshSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        tokens.revoke(given.validated_data["refresh"])
        return Response(status=204)


class MeView(APIView):
    """Who I am, in which organization, and what I may do there."""

    permission_classes = [SignedIn]

    @extend_schema(responses=MeSerializer)
    def get(self, request: Any) -> Response:
        context = tenancy.current()
        return Response(
            {
                "id": str(request.user.pk),
                "name": request.user.name,
                "email": request.user.email,
                "organization": str(context.organization_id),
                "role": context.role,
                "capabilities": sorted(c.name.lower() for c in MATRIX if i_may(c)),
            }
        )
