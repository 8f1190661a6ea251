"""Wiring of the guardrails app."""

from django.apps import AppConfig


class GuardrailsConfig(AppConfig):
    name = "guardrails"
    verbose_name = "Policies"
