from django.apps import AppConfig


class SeedConfig(AppConfig):
    name = "migrations_seed"
    verbose_name = "Seed"
