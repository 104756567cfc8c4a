"""Pulls that ask a registry: with Debian's docker-registry behind, and a front before it where a registry must misbehave."""
